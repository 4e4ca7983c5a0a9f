package eks_test

import (
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
