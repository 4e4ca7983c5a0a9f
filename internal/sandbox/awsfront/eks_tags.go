package awsfront

import (
	"maps"
	"net/http"
	"slices"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

// tagConditions are the condition keys that tags in a request set.
func tagConditions(tags map[string]string) iampolicy.Context {
	context := iampolicy.Context{}
	for name, value := range tags {
		context["aws:RequestTag/"+name] = []string{value}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], name)
	}
	return context
}

// onTags authorizes an action on the resource that the path names by its ARN,
// and calls do with the resource's tags under the lock. Access entries and Pod
// Identity associations have tags here.
func (f *Front) onTags(call eksCall, action string, conditions iampolicy.Context, do func(tags map[string]string)) (any, error) {
	arn := call.path[0]
	if err := f.authorize(call.ctx, call.caller, action, arn, conditions); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.entries {
		if e.AccessEntryArn == arn {
			do(e.Tags)
			return map[string]any{}, nil
		}
	}
	for _, a := range f.associations {
		if a.AssociationArn == arn {
			do(a.Tags)
			return map[string]any{}, nil
		}
	}
	return nil, &apiError{http.StatusNotFound, "NotFoundException", "No resource with tags found for the ARN " + arn}
}

func (f *Front) listTags(call eksCall) (any, error) {
	var found map[string]string
	_, err := f.onTags(call, "eks:ListTagsForResource", nil, func(tags map[string]string) { found = maps.Clone(tags) })
	if err != nil {
		return nil, err
	}
	return map[string]any{"tags": found}, nil
}

func (f *Front) tagResource(call eksCall) (any, error) {
	var request struct {
		Tags map[string]string `json:"tags"`
	}
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	return f.onTags(call, "eks:TagResource", tagConditions(request.Tags), func(tags map[string]string) {
		maps.Copy(tags, request.Tags)
	})
}

func (f *Front) untagResource(call eksCall) (any, error) {
	names := call.query["tagKeys"]
	return f.onTags(call, "eks:UntagResource", iampolicy.Context{"aws:TagKeys": names}, func(tags map[string]string) {
		maps.DeleteFunc(tags, func(name, _ string) bool { return slices.Contains(names, name) })
	})
}
