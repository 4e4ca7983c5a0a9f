package aws

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTagsOfTheResourceWin(t *testing.T) {
	t.Parallel()
	configuration := Configuration{DefaultTags: map[string]string{"a": "default", "b": "default"}}
	if got := configuration.Tags(map[string]string{"b": "own"}); !maps.Equal(got, map[string]string{"a": "default", "b": "own"}) {
		t.Errorf("got %v", got)
	}
}

func TestTagChanges(t *testing.T) {
	t.Parallel()
	live := map[string]string{"same": "1", "changed": "1", "dropped": "1", "foreign": "1", OwnerTag: "us"}
	former := map[string]string{"same": "1", "changed": "1", "dropped": "1", "gone": "1"}
	set, remove := tagChanges(live, former, owned(map[string]string{"same": "1", "changed": "2", "new": "1"}, "us"))
	if !maps.Equal(set, map[string]string{"changed": "2", "new": "1"}) || !slices.Equal(remove, []string{"dropped"}) {
		t.Errorf("set %v, remove %v", set, remove)
	}
}

func TestCheckTag(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ key, value, want string }{
		{"team", "a b/c:d+e=f@g", ""},
		{"équipe", "", ""},
		{"AWS:x", "", "only AWS itself"},
		{OwnerTag, "x", "own mark"},
		{"", "", "none that AWS accepts"},
		{strings.Repeat("x", 129), "", "none that AWS accepts"},
		{"team", "a;b", "none that AWS accepts"},
		{"team", strings.Repeat("x", 257), "none that AWS accepts"},
	} {
		err := CheckTag(test.key, test.value)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q=%q: %v", test.key, test.value, err)
		}
	}
	if CheckOwner("terraform-provider-keda") != nil || CheckOwner("a(b)") == nil {
		t.Error("the field manager's rule is not that of a tag's value")
	}
}

func TestLeftBehind(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)
	ours := map[string]string{OwnerTag: "us"}
	for name, test := range map[string]struct {
		tags map[string]string
		age  time.Duration
		want string
	}{
		"ours":     {ours, time.Hour, ""},
		"too old":  {ours, 25 * time.Hour, "too long ago"},
		"unmarked": {nil, time.Hour, "no tag"},
		"others'":  {map[string]string{OwnerTag: "them"}, time.Hour, `is "them"`},
	} {
		got := notLeftByUs(test.tags, "us", now.Add(-test.age), now)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestExpected(t *testing.T) {
	t.Parallel()
	for want, configuration := range map[Caller]Configuration{
		{}:                    {},
		{Partition: "aws-cn"}: {Region: "cn-north-1"},
		{Partition: "aws"}:    {Region: "eu-west-1"},
		{Partition: "aws-us-gov", AccountID: "123456789012"}: {AssumeRole: &AssumeRole{RoleARN: "arn:aws-us-gov:iam::123456789012:role/x"}},
	} {
		if got := configuration.Expected(); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}
