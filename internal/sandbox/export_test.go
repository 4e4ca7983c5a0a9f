package sandbox

// WithPorts makes the stack take its parts' ports from a function.
func WithPorts(o Options, free func() (int, error)) Options {
	o.freePort = free
	return o
}
