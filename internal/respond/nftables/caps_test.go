//go:build linux

package nftables_test

import "golang.org/x/sys/unix"

// dropCapabilities takes every capability from the calling thread alone.
func dropCapabilities() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&header, &none[0])
}
