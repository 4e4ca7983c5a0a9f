package cli

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidOf is the process of a path below /proc.
func pidOf(path string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/proc/"), "/")
	pid, _ := strconv.Atoi(first)
	return pid
}

// ProcessOf finds the process of the provider in the folder that holds the end
// of a TCP connection with this address of its own, such as 127.0.0.1:54321. The
// other end's address is peer.
func ProcessOf(folder, address, peer string) (int, error) {
	inode, err := socketOf(address, peer)
	if err != nil {
		return 0, err
	}
	for _, pid := range Processes(folder) {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, file := range files {
			if target, err := os.Readlink(file); err == nil && target == "socket:["+inode+"]" {
				return pid, nil
			}
		}
	}
	return 0, fmt.Errorf("no provider in %s holds the connection from %s", folder, address)
}

// socketOf is the inode of one end of a TCP connection on IPv4. Several
// connections may share one end's address.
func socketOf(address, peer string) (string, error) {
	own, err := inTable(address)
	if err != nil {
		return "", err
	}
	other, err := inTable(peer)
	if err != nil {
		return "", err
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(table)) {
		// sl local_address rem_address st queues timer retransmits uid timeout inode
		if fields := strings.Fields(line); len(fields) > 9 && fields[1] == own && fields[2] == other {
			return fields[9], nil
		}
	}
	return "", fmt.Errorf("there is no TCP connection from %s to %s", address, peer)
}

// inTable is an address as the kernel writes it: as a number in the machine's
// byte order, which is little-endian wherever the local stack runs.
func inTable(address string) (string, error) {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return "", err
	}
	ip := parsed.Addr().As4()
	return fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], parsed.Port()), nil
}
