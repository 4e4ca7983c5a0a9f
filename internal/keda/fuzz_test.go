package keda

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// unknowns are what a fuzzed configuration may not know yet.
var unknowns = []objectresource.UnknownPaths{
	nil,
	{path.Root("triggers")},
	{triggerAt(0).AtName("type")},
	{triggerAt(0).AtName("metadata"), path.Root("min_replica_count")},
	{triggerAt(0).AtName("name"), path.Root("advanced")},
	{path.Root("job_target_ref")},
	{path.Root("pod_identity"), path.Root("name")},
}

// FuzzRules gives specs of any shape to the rules: none may panic, and every
// problem has to be at an attribute of the schema.
func FuzzRules(f *testing.F) {
	for _, test := range scaledObjectCases {
		addSeed(f, scaledObject(test.change).ScaledObjectSpec)
	}

	for _, test := range scaledJobCases {
		addSeed(f, scaledJob(test.change).ScaledJobSpec)
	}

	for _, test := range triggerAuthenticationCases {
		addSeed(f, authenticationSpec(test.change))
	}

	scaledObjectAttributes, scaledJobAttributes := scaledObjectSchema(contractContext), scaledJobSchema(contractContext)
	authenticationAttributes := triggerAuthenticationSchema(contractContext)

	f.Fuzz(func(t *testing.T, spec []byte, name string, unknown uint8) {
		paths := unknowns[int(unknown)%len(unknowns)]

		var scaledObject ScaledObjectModel
		if json.Unmarshal(spec, &scaledObject.ScaledObjectSpec) == nil {
			scaledObject.Name = name
			atAttributes(t, scaledObjectAttributes, checkScaledObject(t.Context(), objectresource.CheckRequest[ScaledObjectModel]{
				Model: scaledObject, Unknown: paths, TriggerValidation: settings.TriggerValidationError,
			}))
		}

		var scaledJob ScaledJobModel
		if json.Unmarshal(spec, &scaledJob.ScaledJobSpec) == nil {
			scaledJob.Name = name
			atAttributes(t, scaledJobAttributes, checkScaledJob(t.Context(), objectresource.CheckRequest[ScaledJobModel]{
				Model: scaledJob, Unknown: paths, TriggerValidation: settings.TriggerValidationError,
			}))
		}

		var authentication TriggerAuthenticationSpec
		if json.Unmarshal(spec, &authentication) == nil {
			atAttributes(t, authenticationAttributes, checkAuthentication(authentication, paths, false))
		}
	})
}

func addSeed(f *testing.F, spec any) {
	f.Helper()

	// What is no template or quantity cannot be part of a manifest.
	encoded, err := json.Marshal(spec)
	if err != nil {
		return
	}

	f.Add(encoded, "name", uint8(len(encoded)%len(unknowns)))
}

// atAttributes expects every problem at an attribute.
func atAttributes(t *testing.T, own schema.Schema, problems []objectresource.Problem) {
	t.Helper()

	for _, problem := range problems {
		// The name is of the form, which objectresource adds.
		if problem.Path.Equal(path.Root("name")) {
			continue
		}

		if _, diags := own.TypeAtPath(t.Context(), problem.Path); diags.HasError() || len(problem.Path.Steps()) == 0 {
			t.Errorf("%s: %s is no attribute: %v", problem.Summary, problem.Path, diags)
		}
	}
}
