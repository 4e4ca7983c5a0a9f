package sandboxtest

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Profile is the administrator of a local stack in the files of AWSFiles.
const Profile = "sandbox"

// writingAWSFiles admits one of the tests that run in parallel.
var writingAWSFiles sync.Mutex

// AWSFiles are a shared configuration and a shared credentials file with
// Profile, for what takes no keys. They are for a local stack.
func (s *Stack) AWSFiles(t testing.TB) (config, credentials string) {
	t.Helper()
	writingAWSFiles.Lock()
	defer writingAWSFiles.Unlock()
	folder := filepath.Dir(s.Kubeconfig)
	config, credentials = filepath.Join(folder, "aws-config"), filepath.Join(folder, "aws-credentials")
	if _, err := os.Stat(credentials); err == nil {
		return config, credentials
	}
	administrator, err := s.AWS.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys := fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", Profile, administrator.AccessKeyID, administrator.SecretAccessKey)
	if err := os.WriteFile(config, []byte("[profile "+Profile+"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(credentials, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, credentials
}
