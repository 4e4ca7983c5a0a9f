package process

import "syscall"

// attributes puts the program into a group of its own, so that a Ctrl-C meant
// for the parent does not end the parts in random order, and has the kernel
// end it when this process dies, even by SIGKILL.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
