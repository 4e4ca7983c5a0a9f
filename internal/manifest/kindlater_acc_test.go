package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

var crds = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}

// kedaKinds are the kinds of the provider's resources, and the names of their
// CRDs.
var kedaKinds = map[string]string{
	"ScaledObject": "scaledobjects.keda.sh", "ScaledJob": "scaledjobs.keda.sh",
	"TriggerAuthentication": "triggerauthentications.keda.sh", "ClusterTriggerAuthentication": "clustertriggerauthentications.keda.sh",
}

// writeCRDs writes the CRD of each of the kinds into a file.
func writeCRDs(t *testing.T) map[string]string {
	t.Helper()
	all, err := kedachart.CRDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir, files := t.TempDir(), map[string]string{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(all), 4096)
	for {
		var crd unstructured.Unstructured
		if err := decoder.Decode(&crd.Object); errors.Is(err, io.EOF) {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		if kedaKinds[kind] != crd.GetName() {
			continue
		}
		text, err := crd.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		files[kind] = filepath.Join(dir, crd.GetName()+".json")
		if err := os.WriteFile(files[kind], text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// objectsOfKEDA is one object of each of KEDA's kinds, for a cluster in which
// nothing runs KEDA.
func objectsOfKEDA(namespace, attributes string) string {
	const trigger = `{ type = "cron", metadata = { timezone = "UTC", start = "0 * * * *", end = "1 * * * *", desiredReplicas = "1" } }`
	return fmt.Sprintf(`
resource "keda_scaled_object" "this" {
  name              = "later"
  namespace         = %[1]q
  scale_target_ref  = { name = "web" }
  triggers          = [%[2]s]
  wait_for_ready    = false
  %[3]s
}

resource "keda_scaled_job" "this" {
  name              = "later"
  namespace         = %[1]q
  job_target_ref    = { template = jsonencode({ spec = { containers = [{ name = "main", image = "example.com/none:1" }] } }) }
  triggers          = [%[2]s]
  wait_for_ready    = false
  %[3]s
}

resource "keda_trigger_authentication" "this" {
  name              = "later"
  namespace         = %[1]q
  secret_target_ref = [{ parameter = "password", name = "queue", key = "password" }]
  %[4]s
}

resource "keda_cluster_trigger_authentication" "this" {
  name         = "later"
  pod_identity = { provider = "aws" }
  %[4]s
}
`, namespace, trigger, attributes, strings.ReplaceAll(attributes, "max_replica_count", "# max_replica_count"))
}

// TestAccManifest_kedaLater plans objects of KEDA's kinds before the cluster
// has the kinds, and before it is known where the cluster is, and makes kinds
// and objects in one apply.
func TestAccManifest_kedaLater(t *testing.T) {
	f := newFixture(t)
	kinds, made := "", []string{}
	for kind, file := range writeCRDs(t) {
		made = append(made, "k8s_manifest."+kind)
		kinds += fmt.Sprintf(`
resource "k8s_manifest" %q {
  provider = keda
  manifest = file(%q)
  wait_for = { conditions = [{ type = "Established" }, { type = "NamesAccepted", status = "True" }] }
}
`, kind, file)
	}
	objects := func(maximum int) string {
		return kinds + objectsOfKEDA(f.namespace, fmt.Sprintf("max_replica_count = %d\n  depends_on = [%s]", maximum, strings.Join(made, ", ")))
	}
	planned := func(config string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			planned(acctest.UnreachableCluster + objectsOfKEDA(f.namespace, "")),
			planned(f.provider + objectsOfKEDA(f.namespace, "")),
			{
				Config:      f.provider + objectsOfKEDA(f.namespace, ""),
				ExpectError: acctest.ErrorText("The cluster does not know this kind of object"),
			},
			{Config: acctest.LaterProviderConfig(f.Stack, "") + objects(3), Check: f.checkKEDA(3)},
			{Config: acctest.LaterProviderConfig(f.Stack, "/") + objects(5), Check: f.checkKEDA(5)},
		},
		CheckDestroy: func(*terraform.State) error {
			for _, name := range kedaKinds {
				if f.Get(t, crds, "", name) != nil {
					return fmt.Errorf("%s is still there", name)
				}
			}
			return nil
		},
	})
}

// checkKEDA looks for the objects of objectsOfKEDA.
func (f *fixture) checkKEDA(maximum int64) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for kind := range kedaKinds {
			namespace := f.namespace
			if kind == "ClusterTriggerAuthentication" {
				namespace = ""
			}
			live := f.Get(f.t, schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: kind}, namespace, "later")
			if live == nil {
				return fmt.Errorf("there is no %s", kind)
			}
			if got, found, _ := unstructured.NestedInt64(live.Object, "spec", "maxReplicaCount"); found && got != maximum {
				return fmt.Errorf("%s: maxReplicaCount is %d, want %d", kind, got, maximum)
			}
		}
		return nil
	}
}
