package sqs_test

import (
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestMain stops the stack that the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }
