package vllmstub

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics have the names and labels of vLLM 0.32.
type metrics struct {
	registry                 *prometheus.Registry
	waiting, running, kv     prometheus.Gauge
	queued, first, whole     prometheus.Histogram
	ended                    *prometheus.CounterVec
	promptTokens, generation prometheus.Counter
	// share of the cache that one request takes.
	share float64
}

const help = "Given by " + Name + ", a stub that stands for vLLM."

func newMetrics(options Options) *metrics {
	labels := prometheus.Labels{"model_name": options.Models[0], "engine": "0"}
	gauge := func(name string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "vllm:" + name, Help: help, ConstLabels: labels})
	}
	seconds := func(name string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "vllm:" + name, Help: help, ConstLabels: labels, Buckets: []float64{0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 480},
		})
	}
	counter := func(name string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Name: "vllm:" + name, Help: help, ConstLabels: labels}
	}
	m := &metrics{
		registry: prometheus.NewRegistry(), share: 1 / float64(options.MaxSequences),
		waiting: gauge("num_requests_waiting"), running: gauge("num_requests_running"), kv: gauge("kv_cache_usage_perc"),
		queued: seconds("request_queue_time_seconds"), first: seconds("time_to_first_token_seconds"), whole: seconds("e2e_request_latency_seconds"),
		ended:        prometheus.NewCounterVec(counter("request_success_total"), []string{"finished_reason"}),
		promptTokens: prometheus.NewCounter(counter("prompt_tokens_total")), generation: prometheus.NewCounter(counter("generation_tokens_total")),
	}
	m.registry.MustRegister(m.waiting, m.running, m.kv, m.queued, m.first, m.whole, m.ended, m.promptTokens, m.generation)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// begin counts a request whose turn has come.
func (m *metrics) begin(waited time.Duration) {
	m.queued.Observe(waited.Seconds())
	m.first.Observe(waited.Seconds())
	m.running.Inc()
	m.kv.Add(m.share)
}

func (m *metrics) end() {
	m.running.Dec()
	m.kv.Sub(m.share)
}

func (m *metrics) finished(reason string) { m.ended.WithLabelValues(reason).Inc() }

func (m *metrics) answered(took time.Duration, r request) {
	m.finished("stop")
	m.whole.Observe(took.Seconds())
	m.promptTokens.Add(float64(r.promptTokens))
	m.generation.Add(float64(r.completionTokens))
}
