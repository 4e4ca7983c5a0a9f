package keda

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPodTemplateIsAnObjectInAManifest(t *testing.T) {
	t.Parallel()

	encoded, err := json.Marshal(JobTargetRef{Template: "spec:\n  restartPolicy: Never\n"})
	if err != nil {
		t.Fatal(err)
	}

	if string(encoded) != `{"template":{"metadata":{},"spec":{"containers":null,"restartPolicy":"Never"}}}` {
		t.Errorf("encoded as %s", encoded)
	}

	var back JobTargetRef
	if err := json.Unmarshal([]byte(`{"template":{"spec":{"restartPolicy":"Never"}}}`), &back); err != nil || back.Template != `{"spec":{"restartPolicy":"Never"}}` {
		t.Errorf("decoded as %q: %v", back.Template, err)
	}

	if _, err := json.Marshal(JobTargetRef{Template: "a: [b"}); err == nil {
		t.Error("a template that is no YAML was encoded")
	}
}

func TestSamePodTemplate(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		state, config types.String
		kept          bool
	}{
		"YAML for JSON": {types.StringValue(`{"spec":{"hostNetwork":true}}`), types.StringValue("spec: {hostNetwork: true}"), true},
		"another value": {types.StringValue(`{"spec":{"hostNetwork":true}}`), types.StringValue("spec: {hostNetwork: false}"), false},
		"no YAML":       {types.StringValue(`{"spec":{"hostNetwork":true}}`), types.StringValue("a: [b"), false},
		"not known yet": {types.StringValue(`{"spec":{"hostNetwork":true}}`), types.StringUnknown(), false},
		"made first":    {types.StringNull(), types.StringValue("spec: {hostNetwork: true}"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			response := planmodifier.StringResponse{PlanValue: test.config}
			samePodTemplate{}.PlanModifyString(t.Context(), planmodifier.StringRequest{
				StateValue: test.state, ConfigValue: test.config, PlanValue: test.config,
			}, &response)

			expected := test.config
			if test.kept {
				expected = test.state
			}

			if !response.PlanValue.Equal(expected) {
				t.Errorf("planned %s", response.PlanValue)
			}
		})
	}
}
