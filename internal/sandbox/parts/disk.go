package parts

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// fewBytes is the free space below which a failed build is put down to the
// disk: linking the largest program needs more.
const fewBytes = 256 << 20

// fullDisk answers an error when one of the disks that a build writes to is
// nearly full: the cache folder's, the Go build cache's and the temporary
// folder's. Compilers report a full disk in words only, often about a file
// that nobody knows.
func fullDisk(cacheRoot string) error {
	folders := []string{cacheRoot, os.TempDir()}
	if compiled := os.Getenv("GOCACHE"); compiled != "" {
		folders = append(folders, compiled)
	} else if base, err := os.UserCacheDir(); err == nil {
		folders = append(folders, filepath.Join(base, "go-build"))
	}
	return nearlyFull(folders, fewBytes)
}

// nearlyFull answers an error that names the first folder whose disk has less
// than the given bytes free. A folder that does not exist is passed over.
func nearlyFull(folders []string, least uint64) error {
	for _, folder := range folders {
		if free, known := freeBytes(folder); known && free < least {
			return fmt.Errorf("the disk of %s is nearly full (%d MiB free), which may be the cause: free space, or name a folder on another disk in %s, GOCACHE or TMPDIR",
				folder, free>>20, CacheVariable)
		}
	}
	return nil
}

// freeBytes is the space left for this user on the folder's disk.
func freeBytes(folder string) (free uint64, known bool) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true //nolint:gosec // a block size is positive
}
