package faults_test

import (
	"flag"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestMain lets more tests run at once than there are processors: most of them
// wait until a fault is given up.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	acctest.Main(m)
}
