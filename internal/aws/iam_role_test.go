package aws

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const (
	someTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"pods.eks.amazonaws.com"}}]}`
	somePolicy = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
	someRight  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}`
)

func someRole() RoleSpec {
	return RoleSpec{
		Name: "keda", Path: "/", Trust: someTrust, Permissions: someRight, PolicyARNs: []string{somePolicy},
		MaxSessionDuration: time.Hour, Tags: map[string]string{"team": "a"},
	}
}

var (
	errPrincipal  = &iamtypes.MalformedPolicyDocumentException{Message: aws.String(`Invalid principal in policy: "Federated":"arn:..."`)}
	errMalformed  = &iamtypes.MalformedPolicyDocumentException{Message: aws.String("Syntax errors in policy.")}
	errBusy       = &iamtypes.ConcurrentModificationException{Message: aws.String("try again")}
	errUnmodified = &iamtypes.EntityTemporarilyUnmodifiableException{Message: aws.String("wait")}
)

// What IAM answers only for a while does not fail an apply.
func TestRoleIsMadeInSpiteOfStaleAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &fakeIAM{answers: map[string][]error{
			"CreateRole":       {errPrincipal, errPrincipal, errUnmodified},
			"PutRolePolicy":    {errNoRole, errNoRole, errBusy},
			"AttachRolePolicy": {errNoRole},
		}}
		roles := &Roles{api: api, owner: "us", now: time.Now}
		role, adopted, err := roles.Create(t.Context(), someRole())
		if err != nil || adopted || role.ID != "AROA1" || role.Tags[OwnerTag] != "us" {
			t.Fatalf("%+v, adopted %t: %v", role, adopted, err)
		}
		if err := roles.Change(t.Context(), role, Former{}, someRole()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(api.attached, []string{somePolicy}) || api.inline[RolePolicyName] != someRight {
			t.Errorf("attached %v, inline %v", api.attached, api.inline)
		}
	})
}

// What lasts is an error before long, and what is wrong for good at once.
func TestRoleErrorsAreBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err   error
		limit time.Duration
		want  Reason
	}{
		"a principal that does not exist": {errPrincipal, principalBudget, Invalid},
		"a document that is none":         {errMalformed, 0, Invalid},
		"a right that is missing":         {refused("IAM", "CreateRole", "AccessDenied", "no"), 0, AccessDenied},
		"a quota that is used up":         {&iamtypes.LimitExceededException{Message: aws.String("1000")}, 0, QuotaExceeded},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			roles := &Roles{api: &fakeIAM{sticky: map[string]error{"CreateRole": test.err}}, owner: "us", now: time.Now}
			_, _, err := roles.Create(t.Context(), someRole())
			if Classify(err) != test.want || !strings.Contains(err.Error(), `IAM role "keda"`) {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(start); took > test.limit {
				t.Errorf("%s: it took %s", name, took)
			}
		})
	}
}

// A role that is as specified costs no write.
func TestRoleThatIsRightIsLeftAlone(t *testing.T) {
	t.Parallel()
	api := &fakeIAM{}
	roles := &Roles{api: api, owner: "us", now: time.Now}
	role, _, err := roles.Create(t.Context(), someRole())
	if err != nil {
		t.Fatal(err)
	}
	if err := roles.Change(t.Context(), role, Former{}, someRole()); err != nil {
		t.Fatal(err)
	}
	live, err := roles.Find(t.Context(), "keda")
	if err != nil {
		t.Fatal(err)
	}
	api.calls = nil
	if err := roles.Change(t.Context(), live, Former{}, someRole()); err != nil || len(api.calls) > 0 {
		t.Errorf("%v: %v", api.calls, err)
	}
}

func TestRoleAdoption(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*iamtypes.Role)
		want   string
	}{
		"ours":      {func(*iamtypes.Role) {}, ""},
		"old":       {func(r *iamtypes.Role) { r.CreateDate = aws.Time(time.Now().Add(-25 * time.Hour)) }, "too long ago"},
		"elsewhere": {func(r *iamtypes.Role) { r.Path = aws.String("/x/") }, `its path is "/x/"`},
		"unmarked":  {func(r *iamtypes.Role) { r.Tags = nil }, "no tag"},
	} {
		api := &fakeIAM{attached: []string{"arn:aws:iam::aws:policy/Stale"}}
		roles := &Roles{api: api, owner: "us", now: time.Now}
		if _, _, err := roles.Create(t.Context(), someRole()); err != nil {
			t.Fatal(err)
		}
		test.change(api.role)
		role, adopted, err := roles.Create(t.Context(), someRole())
		if test.want != "" {
			if Classify(err) != AlreadyExists || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || !adopted {
			t.Fatalf("%s: adopted %t: %v", name, adopted, err)
		}
		if err := roles.Change(t.Context(), role, role.Everything(), someRole()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(api.attached, []string{somePolicy}) {
			t.Errorf("%s: attached %v", name, api.attached)
		}
	}
}

// Whatever is on a role, it goes, and what others put there is named.
func TestRoleIsDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &fakeIAM{answers: map[string][]error{"DeleteRole": {&iamtypes.DeleteConflictException{}}}}
		roles := &Roles{api: api, owner: "us", now: time.Now}
		role, _, err := roles.Create(t.Context(), someRole())
		if err != nil {
			t.Fatal(err)
		}
		api.attached = []string{somePolicy, "arn:aws:iam::aws:policy/Foreign"}
		api.inline = map[string]string{RolePolicyName: someRight, "foreign": someRight}
		api.profiles = []string{"nodes"}
		if removed, err := roles.Delete(t.Context(), "AROAOTHER", someRole()); err != nil || removed != nil || api.role == nil {
			t.Fatalf("a role with another ID: removed %q: %v", removed, err)
		}
		removed, err := roles.Delete(t.Context(), role.ID, someRole())
		want := []string{"managed policy arn:aws:iam::aws:policy/Foreign", `inline policy "foreign"`, `instance profile "nodes"`}
		if err != nil || api.role != nil || !slices.Equal(removed, want) {
			t.Errorf("removed %q: %v", removed, err)
		}
		if _, err := roles.Delete(t.Context(), role.ID, someRole()); err != nil {
			t.Errorf("a second time: %v", err)
		}
	})
}

// A role that cannot be deleted is an error that names what keeps it.
func TestRoleThatIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &fakeIAM{sticky: map[string]error{"DeleteRole": &iamtypes.DeleteConflictException{Message: aws.String("in use")}}}
		roles := &Roles{api: api, owner: "us", now: time.Now}
		if _, _, err := roles.Create(t.Context(), someRole()); err != nil {
			t.Fatal(err)
		}
		if _, err := roles.Delete(t.Context(), "", someRole()); Classify(err) != Conflict {
			t.Errorf("nothing is seen on it: %v", err)
		}
		api.profiles = []string{"nodes"}
		api.sticky["RemoveRoleFromInstanceProfile"] = refused("IAM", "RemoveRoleFromInstanceProfile", "AccessDenied", "no")
		if _, err := roles.Delete(t.Context(), "", someRole()); Classify(err) != AccessDenied {
			t.Errorf("no right to take it off: %v", err)
		}
		api.sticky["ListInstanceProfilesForRole"] = nil
		api.sticky["RemoveRoleFromInstanceProfile"] = errNoRole
		if _, err := roles.Delete(t.Context(), "", someRole()); err == nil || !strings.Contains(err.Error(), `instance profile "nodes"`) {
			t.Errorf("what keeps it is not named: %v", err)
		}
	})
}
