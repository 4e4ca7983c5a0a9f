// Package telemetry is what the consumer tells about itself: metrics for
// Prometheus, and traces by OpenTelemetry.
package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const namespace = "inference_consumer"

// Metrics are the consumer's metrics.
type Metrics struct {
	registry *prometheus.Registry

	received        prometheus.Counter
	receiveFailures prometheus.Counter
	settled         *prometheus.CounterVec
	failures        *prometheus.CounterVec
	repeated        prometheus.Counter
	heartbeats      prometheus.Counter
	inFlight        prometheus.Gauge
	modelReady      prometheus.Gauge
	age             prometheus.Histogram
	processing      *prometheus.HistogramVec
	inference       prometheus.Histogram
	tokens          *prometheus.CounterVec
}

// durations are buckets, in seconds, from a short answer of a small model to
// the hour of a long one.
var durations = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 3600}

// ages are buckets, in seconds, up to the four days for which a queue keeps
// messages by default.
var ages = []float64{1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600, 96 * 3600}

// NewMetrics makes metrics with a registry of their own. Concurrency is shown as
// a gauge, so that dashboards can divide by it.
func NewMetrics(concurrency int) *Metrics {
	m := &Metrics{
		registry:        prometheus.NewRegistry(),
		received:        prometheus.NewCounter(counter("messages_received_total", "Messages received, redeliveries included.")),
		receiveFailures: prometheus.NewCounter(counter("receive_failures_total", "Calls of ReceiveMessage that failed.")),
		settled:         prometheus.NewCounterVec(counter("messages_total", "Messages by what became of them: succeeded, dead_lettered, retried, returned, lost (the lease) or stuck (SQS took no decision)."), []string{"outcome"}),
		failures:        prometheus.NewCounterVec(counter("failures_total", "Failures by class, of which some lead to another try."), []string{"class"}),
		repeated:        prometheus.NewCounter(counter("results_repeated_total", "Results that were there already, of a message that was delivered again.")),
		heartbeats:      prometheus.NewCounter(counter("heartbeat_failures_total", "Calls that should have kept a message invisible and failed.")),
		inFlight:        prometheus.NewGauge(gauge("in_flight", "Messages being worked on.")),
		modelReady:      prometheus.NewGauge(gauge("model_ready", "1 while the model server is healthy.")),
		age:             prometheus.NewHistogram(histogram("queue_age_seconds", "Time from the sending of a message to this delivery.", ages)),
		processing:      prometheus.NewHistogramVec(histogram("processing_seconds", "Time from a message's delivery to its end here, by what became of it.", durations), []string{"outcome"}),
		inference:       prometheus.NewHistogram(histogram("inference_seconds", "Time that the model server took for an answer.", durations)),
		tokens:          prometheus.NewCounterVec(counter("tokens_total", "Tokens of answered requests, by kind: prompt or completion."), []string{"kind"}),
	}
	slots := prometheus.NewGauge(gauge("concurrency", "The most messages that are worked on at a time."))
	slots.Set(float64(concurrency))
	m.registry.MustRegister(
		m.received, m.receiveFailures, m.settled, m.failures, m.repeated, m.heartbeats, m.inFlight, m.modelReady,
		m.age, m.processing, m.inference, m.tokens, slots,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func counter(name, help string) prometheus.CounterOpts {
	return prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}
}

func gauge(name, help string) prometheus.GaugeOpts {
	return prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}
}

func histogram(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Received counts a message that was delivered, and begins its work.
func (m *Metrics) Received(sent, received time.Time) {
	m.received.Inc()
	m.inFlight.Inc()
	// Clocks differ a little between SQS and here.
	m.age.Observe(max(0, received.Sub(sent).Seconds()))
}

// ReceiveFailed counts a call that failed.
func (m *Metrics) ReceiveFailed() { m.receiveFailures.Inc() }

// Settled counts what became of a message, and ends its work.
func (m *Metrics) Settled(outcome string, took time.Duration) {
	m.inFlight.Dec()
	m.settled.WithLabelValues(outcome).Inc()
	m.processing.WithLabelValues(outcome).Observe(took.Seconds())
}

// Failed counts a failure.
func (m *Metrics) Failed(class string) { m.failures.WithLabelValues(class).Inc() }

// Repeated counts a result that was there already.
func (m *Metrics) Repeated() { m.repeated.Inc() }

// HeartbeatFailed counts a heartbeat that failed.
func (m *Metrics) HeartbeatFailed() { m.heartbeats.Inc() }

// Answered counts an answer of the model server.
func (m *Metrics) Answered(took time.Duration, promptTokens, completionTokens int) {
	m.inference.Observe(took.Seconds())
	m.tokens.WithLabelValues("prompt").Add(float64(max(0, promptTokens)))
	m.tokens.WithLabelValues("completion").Add(float64(max(0, completionTokens)))
}

// ModelReady shows whether the model server is healthy.
func (m *Metrics) ModelReady(ready bool) {
	if ready {
		m.modelReady.Set(1)
	} else {
		m.modelReady.Set(0)
	}
}
