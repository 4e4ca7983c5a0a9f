package eks

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// poolFields are the attributes that stand for fields of a NodePool. Requirements
// are one list there, and several attributes here.
var poolFields = map[string]string{
	"metadata.name":                             "name",
	"spec.template.metadata.labels":             "labels",
	"spec.template.metadata.annotations":        "annotations",
	"spec.template.spec.requirements":           "requirements",
	"spec.template.spec.taints":                 "taints",
	"spec.template.spec.startupTaints":          "startup_taints",
	"spec.template.spec.expireAfter":            "expire_after",
	"spec.template.spec.terminationGracePeriod": "termination_grace_period",
	"spec.template.spec.nodeClassRef":           "node_class",
	"spec.limits":                               "limits",
	"spec.limits.cpu":                           "limits.cpu",
	"spec.limits.memory":                        "limits.memory",
	"spec.limits." + gpuResource:                "limits.gpus",
	"spec.limits.nodes":                         "limits.nodes",
	"spec.disruption":                           "disruption",
	"spec.disruption.consolidateAfter":          "disruption.consolidate_after",
	"spec.disruption.consolidationPolicy":       "disruption.consolidation_policy",
	"spec.disruption.budgets":                   "disruption.budgets",
	"spec.weight":                               "weight",
	"spec.replicas":                             "replicas",
}

// classFields are those of a NodeClass, below node_class.
var classFields = map[string]string{
	"spec":                                  "node_class",
	"spec.role":                             "node_class.role",
	"spec.instanceProfile":                  "node_class.instance_profile",
	"spec.subnetSelectorTerms":              "node_class.subnet_tags",
	"spec.securityGroupSelectorTerms":       "node_class.security_group_tags",
	"spec.podSubnetSelectorTerms":           "node_class.pod_subnet_tags",
	"spec.podSecurityGroupSelectorTerms":    "node_class.pod_security_group_tags",
	"spec.capacityReservationSelectorTerms": "node_class.capacity_reservation_ids",
	"spec.snatPolicy":                       "node_class.snat_policy",
	"spec.networkPolicy":                    "node_class.network_policy",
	"spec.networkPolicyEventLogs":           "node_class.network_policy_event_logs",
	"spec.ephemeralStorage":                 "node_class.ephemeral_storage",
	"spec.ephemeralStorage.size":            "node_class.ephemeral_storage.size",
	"spec.ephemeralStorage.iops":            "node_class.ephemeral_storage.iops",
	"spec.ephemeralStorage.throughput":      "node_class.ephemeral_storage.throughput",
	"spec.ephemeralStorage.kmsKeyID":        "node_class.ephemeral_storage.kms_key_id",
	"spec.advancedNetworking":               "node_class.advanced_networking",
	"spec.advancedSecurity":                 "node_class.advanced_security",
	"spec.certificateBundles":               "node_class.certificate_bundles",
	"spec.placementGroupSelector":           "node_class.placement_group",
	"spec.tags":                             "node_class.tags",
}

// attributeOf finds the attribute that stands for a field, or for the nearest
// one around it. Fields are as the API server writes them in errors
// (spec.limits[cpu]) and in conflicts (.spec.limits.cpu).
func attributeOf(fields map[string]string, field string) path.Path {
	field = strings.NewReplacer("[", ".", "]", "").Replace(strings.TrimPrefix(field, "."))
	for field != "" {
		if attribute, found := fields[field]; found {
			return at(attribute)
		}
		field = field[:max(strings.LastIndexByte(field, '.'), 0)]
	}
	return path.Empty()
}
