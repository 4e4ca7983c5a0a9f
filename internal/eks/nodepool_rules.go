package eks

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// nodePoolRules are what the API server, Karpenter or EKS Auto Mode would refuse
// or ignore. Each names its source.
var nodePoolRules = []func(*findings, *NodePoolModel){
	checkName,
	checkLabels,
	checkTaints,
	checkShorthands,
	checkValues,
	checkZones,
	checkCapacityTypes,
	checkRequirements,
	checkLimits,
	checkMatching,
	checkGPUMemory,
	checkMinValues,
	checkLifetime,
	checkDisruption,
	checkStatic,
	checkNodeClassSource,
	checkNodeClassSelectors,
	checkNodeClassTags,
	checkNodeClassSettings,
	checkEphemeralStorage,
}

func checkNodePool(_ context.Context, request objectresource.CheckRequest[NodePoolModel]) []objectresource.Problem {
	f := &findings{unknown: request.Unknown}
	for _, rule := range nodePoolRules {
		rule(f, &request.Model)
	}
	return f.problems
}

// checkName is the API server's rule for names, and Karpenter's use of the name
// as the value of the label karpenter.sh/nodepool.
func checkName(f *findings, m *NodePoolModel) {
	name := at("name")
	if !f.known(name) {
		return
	}
	problems := append(validation.IsDNS1123Subdomain(m.Name), validation.IsValidLabelValue(m.Name)...)
	if len(problems) > 0 {
		f.fail(name, "Invalid name of a NodePool", "%q cannot be the name of a NodePool, which also becomes the value of its nodes' label %s: %s.",
			m.Name, poolLabel, strings.TrimSuffix(problems[0], "."))
	}
}

// maxLabels is the maxProperties of spec.template.metadata.labels.
const maxLabels = 100

// checkLabels is validateLabels of sigs.k8s.io/karpenter
// (pkg/apis/v1/nodepool_validation.go) with the domain that EKS Auto Mode adds.
func checkLabels(f *findings, m *NodePoolModel) {
	if !f.known(at("labels"), at("node_class.group")) {
		return
	}
	if len(m.Labels) > maxLabels {
		f.fail(at("labels"), "Too many labels", "There are %d labels, and a NodePool takes %d.", len(m.Labels), maxLabels)
	}
	for _, key := range sortedKeys(m.Labels) {
		where := at("labels").AtMapKey(key)
		if problems := validation.IsQualifiedName(key); len(problems) > 0 {
			f.fail(where, "Invalid label", "%q is not the key of a label: %s.", key, strings.Join(problems, "; "))
			continue
		}
		if problems := validation.IsValidLabelValue(m.Labels[key]); len(problems) > 0 {
			f.fail(where, "Invalid label", "%q is not the value of a label: %s.", m.Labels[key], strings.Join(problems, "; "))
		}
		m.checkKey(f, where, key)
	}
	for _, key := range sortedKeys(m.Annotations) {
		if problems := apivalidation.ValidateAnnotations(map[string]string{key: m.Annotations[key]}, field.NewPath("annotations")); len(problems) > 0 {
			f.fail(at("annotations").AtMapKey(key), "Invalid annotation", "%s.", strings.TrimSuffix(problems[0].Error(), "."))
		}
	}
}

// checkTaints is validateTaints of sigs.k8s.io/karpenter
// (pkg/apis/v1/nodeclaim_validation.go), and warns where nothing keeps other
// pods off GPU nodes.
func checkTaints(f *findings, m *NodePoolModel) {
	if !f.known(at("taints"), at("startup_taints")) {
		return
	}
	seen := map[string]path.Path{}
	isGuarded := false
	for _, taints := range []struct {
		attribute string
		taints    []Taint
	}{{"taints", m.taints()}, {"startup_taints", m.StartupTaints}} {
		for i, taint := range taints.taints {
			where := at(taints.attribute).AtListIndex(i)
			checkTaint(f, where, taint)
			same := taint.Key + ":" + taint.Effect
			if first, found := seen[same]; found {
				f.fail(where, "Taint twice", "%s has the key %q and the effect %s too, and Karpenter refuses a NodePool with two such taints.", first, taint.Key, taint.Effect)
			}
			seen[same] = where
			isGuarded = isGuarded || taints.attribute == "taints" && taint.Effect != "PreferNoSchedule"
		}
	}
	if !isGuarded {
		f.warn(at("taints"), "Pods without a GPU may run on GPU nodes",
			"No taint keeps pods off the nodes that do not tolerate it, so any pending pod can launch a GPU instance and hold it. "+
				"Leave taints out for the default %s=true:NoSchedule, which pods tolerate by the output tolerations.", gpuResource)
	}
}

func checkTaint(f *findings, where path.Path, taint Taint) {
	if problems := validation.IsQualifiedName(taint.Key); len(problems) > 0 {
		f.fail(where.AtName("key"), "Invalid taint", "%q is not the key of a taint: %s.", taint.Key, strings.Join(problems, "; "))
	}
	if value := valueOr(taint.Value, ""); value != "" {
		if problems := validation.IsQualifiedName(value); len(problems) > 0 {
			f.fail(where.AtName("value"), "Invalid taint", "%q is not the value of a taint: %s.", value, strings.Join(problems, "; "))
		}
	}
}
