package awsresource

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

func TestLiveTags(t *testing.T) {
	t.Parallel()
	live := map[string]string{"kept": "1", "changed": "2", "foreign": "1", aws.OwnerTag: "us"}
	if got := LiveTags(map[string]string{"kept": "1", "changed": "1", "gone": "1"}, live); !maps.Equal(got, map[string]string{"kept": "1", "changed": "2"}) {
		t.Errorf("got %v", got)
	}
	if got := LiveTags(nil, live); got != nil {
		t.Errorf("a resource without tags shows %v", got)
	}
}

func TestImportedTags(t *testing.T) {
	t.Parallel()
	configured := &settings.Settings{AWS: aws.Configuration{DefaultTags: map[string]string{"common": "1", "other": "1"}}}
	tags, all := ImportedTags(configured, map[string]string{"common": "1", "other": "2", aws.OwnerTag: "us", "aws:cloudformation:x": "y"})
	if !maps.Equal(tags, map[string]string{"other": "2"}) || !maps.Equal(all, map[string]string{"common": "1", "other": "2"}) {
		t.Errorf("got %v of %v", tags, all)
	}
	if tags, _ := ImportedTags(configured, map[string]string{"common": "1"}); tags != nil {
		t.Errorf("default tags alone show as %v", tags)
	}
}

func TestTagsRule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tags map[string]attr.Value
		want string
	}{
		"good":           {map[string]attr.Value{"team": types.StringValue("a")}, ""},
		"not known yet":  {map[string]attr.Value{"team": types.StringUnknown()}, ""},
		"null":           {map[string]attr.Value{"team": types.StringNull()}, "is null"},
		"of AWS":         {map[string]attr.Value{"aws:x": types.StringUnknown()}, "only AWS itself"},
		"a bad value":    {map[string]attr.Value{"team": types.StringValue("a;b")}, "none that AWS accepts"},
		"our own mark":   {map[string]attr.Value{aws.OwnerTag: types.StringValue("x")}, "own mark"},
		"no tags at all": {map[string]attr.Value{}, ""},
	} {
		request := validator.MapRequest{Path: path.Root("tags"), ConfigValue: types.MapValueMust(types.StringType, test.tags)}
		var response validator.MapResponse
		tagsRule{}.ValidateMap(t.Context(), request, &response)
		switch got := response.Diagnostics; {
		case test.want == "" && got.HasError():
			t.Errorf("%s: %v", name, got)
		case test.want != "" && (len(got) != 1 || !strings.Contains(got[0].Detail(), test.want)):
			t.Errorf("%s: %v, want words with %q", name, got, test.want)
		}
	}
}

func TestErrorsOfSettings(t *testing.T) {
	t.Parallel()
	unknown := &settings.UnknownError{Attributes: []string{"aws.region"}}
	if !IsUnknown(unknown) || IsUnknown(settings.ErrNoCluster) {
		t.Error("what is not known yet is not told from what is missing")
	}
	if SettingsError(unknown).Summary() == SettingsError(settings.ErrNoCluster).Summary() {
		t.Error("both have one summary")
	}
	if detail := NotRefreshed(unknown).Detail(); !strings.Contains(detail, "aws.region") {
		t.Errorf("got %q", detail)
	}
}

func TestFailedSaysHowToImport(t *testing.T) {
	t.Parallel()
	exists := Failed("Making it", &aws.ExistsError{Object: `IAM role "keda"`, Reason: "it has no tag"}, "keda")
	if !strings.Contains(exists.Detail(), `Import it by the id "keda"`) {
		t.Errorf("got %q", exists.Detail())
	}
	if other := Failed("Making it", errors.New("odd"), "keda"); other.Detail() != "Making it failed: odd." {
		t.Errorf("got %q", other.Detail())
	}
}
