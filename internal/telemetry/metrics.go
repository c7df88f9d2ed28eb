package telemetry

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds every figure that the server publishes at /metrics. A nil *Metrics is valid and counts nothing.
// Names follow vedette_<room>_<what>_<unit>.
type Metrics struct {
	registry *prometheus.Registry
}

// NewMetrics makes an empty set with the figures of the Go runtime and of the process.
func NewMetrics() *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Metrics{registry: r}
}

// Handler serves the figures in the Prometheus text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Counter is a figure that only grows.
type Counter struct{ vec *prometheus.CounterVec }

// Counter registers a counter. Registering the same name twice is a programming error and panics.
func (m *Metrics) Counter(name, help string, labels ...string) *Counter {
	if m == nil {
		return nil
	}
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return &Counter{vec}
}

// Add grows the counter; labelValues stand in the order of the labels.
func (c *Counter) Add(n float64, labelValues ...string) {
	if c != nil {
		c.vec.WithLabelValues(labelValues...).Add(n)
	}
}

// Gauge is a figure that goes up and down.
type Gauge struct{ vec *prometheus.GaugeVec }

// Gauge registers a gauge.
func (m *Metrics) Gauge(name, help string, labels ...string) *Gauge {
	if m == nil {
		return nil
	}
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return &Gauge{vec}
}

// Set sets the gauge.
func (g *Gauge) Set(v float64, labelValues ...string) {
	if g != nil {
		g.vec.WithLabelValues(labelValues...).Set(v)
	}
}

// Histogram counts observations in buckets.
type Histogram struct{ vec *prometheus.HistogramVec }

// Histogram registers a histogram with the given upper bounds.
func (m *Metrics) Histogram(name, help string, buckets []float64, labels ...string) *Histogram {
	if m == nil {
		return nil
	}
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(vec)
	return &Histogram{vec}
}

// Observe counts one value.
func (h *Histogram) Observe(v float64, labelValues ...string) {
	if h != nil {
		h.vec.WithLabelValues(labelValues...).Observe(v)
	}
}
