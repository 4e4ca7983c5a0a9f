package telemetry

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// scope names the spans' origin.
const scope = "github.com/eventscale/terraform-provider-keda/internal/consumer"

// exporterVariables are those of OpenTelemetry, one of which must lead to a
// collector for traces to be made at all.
var exporterVariables = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// StartTracing makes traces go where OpenTelemetry's environment variables say,
// by OTLP over HTTP. Without an endpoint there none are made, but the context
// of a message's sender is passed on to the model server all the same. The
// function that it returns sends what is left.
func StartTracing(ctx context.Context, service string) (stop func(context.Context) error, err error) {
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	stop = func(context.Context) error { return nil }
	if !tracing() {
		return stop, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("the exporter of traces cannot be made from OTEL_EXPORTER_OTLP_*: %w", err)
	}
	// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win: the last one counts.
	described, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", service)), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES is not understood: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(described))
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}

func tracing() bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	for _, name := range exporterVariables {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// attributes reads a message's attributes as a carrier of trace context.
type attributes func(string) string

func (a attributes) Get(name string) string { return a(name) }
func (a attributes) Set(string, string)     {}
func (a attributes) Keys() []string         { return nil }

// StartMessage begins the span of a message, as a child of its sender's, whose
// context is in the message's attributes.
func StartMessage(ctx context.Context, queueURL, messageID string, carried func(string) string) (context.Context, trace.Span) {
	ctx = otel.GetTextMapPropagator().Extract(ctx, attributes(carried))
	name := queueURL[strings.LastIndexByte(queueURL, '/')+1:]
	// The names are those of OpenTelemetry's semantic conventions for messaging.
	return otel.Tracer(scope).Start(ctx, "process "+name, trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		attribute.String("messaging.system", "aws_sqs"),
		attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", name),
		attribute.String("messaging.message.id", messageID),
	))
}

// EndMessage ends the span with what became of the message.
func EndMessage(span trace.Span, outcome string, failure error) {
	span.SetAttributes(attribute.String(namespace+".outcome", outcome))
	if failure != nil {
		span.SetStatus(codes.Error, failure.Error())
	}
	span.End()
}
