package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestAccProviderConfiguration shows that Terraform reports mistakes in the
// provider's configuration at plan.
//
// Terraform leaves a provider alone that no resource uses. A resource of a type
// that does not exist makes it validate the configuration, with no object to
// plan; that there is no such type is one more error, and no test looks for it.
func TestAccProviderConfiguration(t *testing.T) {
	tests := map[string]struct {
		kubernetes string
		wantError  string
	}{
		"two ways to the cluster": {
			kubernetes: `eks_cluster_name = "inference", host = "https://10.0.0.1:6443"`,
			wantError:  "kubernetes.eks_cluster_name and kubernetes.host are both set",
		},
		"a host that is no URL": {
			kubernetes: `host = "10.0.0.1"`,
			wantError:  `kubernetes.host: "10.0.0.1" is no URL of a server`,
		},
		"an unknown host beside a mistake": {
			kubernetes: `host = terraform_data.cluster.id, client_key = "x"`,
			wantError:  "kubernetes.client_key: the value is no PEM",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				PreCheck:                 func() { acctest.PreCheck(t) },
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
				Steps: []resource.TestStep{{
					Config: `
resource "terraform_data" "cluster" {}

provider "keda" {
  kubernetes = { ` + test.kubernetes + ` }
}

resource "keda_none" "this" {}
`,
					ExpectError: acctest.ErrorText(test.wantError),
				}},
			})
		})
	}
}
