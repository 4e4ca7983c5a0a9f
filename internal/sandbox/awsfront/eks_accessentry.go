package awsfront

import (
	"crypto/rand"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// standardEntry is the type of an access entry for people and programs; the
// other types are for nodes.
const standardEntry = "STANDARD"

var nodeEntries = []string{"EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"}

// Entry is what the authenticator needs of an access entry.
type Entry struct {
	// Username is a template that may hold {{SessionName}}.
	Username string
	Groups   []string
	// Policies are the names of the associated access policies, without the
	// ARN before them.
	Policies []string
}

type accessEntry struct {
	ClusterName      string            `json:"clusterName"`
	PrincipalArn     string            `json:"principalArn"`
	KubernetesGroups []string          `json:"kubernetesGroups"`
	AccessEntryArn   string            `json:"accessEntryArn"`
	CreatedAt        epoch             `json:"createdAt"`
	ModifiedAt       epoch             `json:"modifiedAt"`
	Tags             map[string]string `json:"tags"`
	Username         string            `json:"username"`
	Type             string            `json:"type"`

	policies map[string]*associatedPolicy
}

// accessEntryRequest is the body of CreateAccessEntry and UpdateAccessEntry.
type accessEntryRequest struct {
	PrincipalArn     string            `json:"principalArn"`
	KubernetesGroups *[]string         `json:"kubernetesGroups"`
	Tags             map[string]string `json:"tags"`
	Username         *string           `json:"username"`
	Type             string            `json:"type"`
}

// AccessEntry returns the access entry of a principal by its IAM ARN. A role's
// path does not count, since the ARN of a session does not tell it and names
// of roles are unique within an account.
func (f *Front) AccessEntry(principalARN string) (Entry, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.entries {
		if withoutRolePath(e.PrincipalArn) == withoutRolePath(principalARN) {
			return Entry{
				Username: e.Username, Groups: slices.Clone(e.KubernetesGroups),
				Policies: slices.Sorted(maps.Keys(e.policies)),
			}, true
		}
	}
	return Entry{}, false
}

func withoutRolePath(arn string) string {
	account, path, isRole := strings.Cut(arn, ":role/")
	if !isRole {
		return arn
	}
	return account + ":role/" + path[strings.LastIndex(path, "/")+1:]
}

var principalPattern = regexp.MustCompile(`^arn:aws:iam::(\d{12}):(user|role)/([\w+=,.@/-]+)$`)

// newEntry makes an entry with the username that EKS gives: a user's ARN, or
// the ARN of the role's session.
func (f *Front) newEntry(principal, kind string) *accessEntry {
	e := &accessEntry{
		ClusterName: f.cluster.Name, PrincipalArn: principal, Type: kind, Username: principal,
		KubernetesGroups: []string{}, Tags: map[string]string{},
		CreatedAt: epoch(time.Now()), ModifiedAt: epoch(time.Now()),
		policies: map[string]*associatedPolicy{},
	}
	match := principalPattern.FindStringSubmatch(principal)
	name := match[3][strings.LastIndex(match[3], "/")+1:]
	if match[2] == "role" {
		e.Username = fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/{{SessionName}}", match[1], name)
	}
	if kind != standardEntry {
		e.Username, e.KubernetesGroups = "system:node:{{EC2PrivateDNSName}}", []string{"system:nodes"}
	}
	e.AccessEntryArn = f.eksARN(fmt.Sprintf("access-entry/%s/%s/%s/%s/%s", f.cluster.Name, match[2], match[1], name, strings.ToLower(rand.Text())))
	return e
}

func (f *Front) createAccessEntry(call eksCall) (any, error) {
	var request accessEntryRequest
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	if err := f.onCluster(call, "eks:CreateAccessEntry", tagConditions(request.Tags)); err != nil {
		return nil, err
	}
	if request.Type == "" {
		request.Type = standardEntry
	}
	if err := request.check(request.Type); err != nil {
		return nil, err
	}
	if err := f.checkPrincipal(call, request); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.entries[request.PrincipalArn] != nil {
		return nil, inUse("The specified access entry resource is already in use on this cluster.")
	}
	e := f.newEntry(request.PrincipalArn, request.Type)
	e.set(request)
	maps.Copy(e.Tags, request.Tags)
	f.entries[e.PrincipalArn] = e
	return map[string]any{"accessEntry": e.copy()}, nil
}

func (e *accessEntry) set(request accessEntryRequest) {
	if request.KubernetesGroups != nil {
		e.KubernetesGroups = slices.Clone(*request.KubernetesGroups)
	}
	if request.Username != nil && *request.Username != "" {
		e.Username = *request.Username
	}
}

// check applies the rules of "Create access entries" in the EKS User Guide.
func (r accessEntryRequest) check(kind string) error {
	if kind != standardEntry {
		if !slices.Contains(nodeEntries, kind) {
			return invalidParameter("The specified type %s is invalid. Valid types are STANDARD, %s.", kind, strings.Join(nodeEntries, ", "))
		}
		if r.KubernetesGroups != nil && len(*r.KubernetesGroups) > 0 || r.Username != nil && *r.Username != "" {
			return invalidParameter("An access entry of type %s takes neither kubernetesGroups nor username.", kind)
		}
		return nil
	}
	if r.KubernetesGroups != nil {
		for _, group := range *r.KubernetesGroups {
			if strings.HasPrefix(group, "system:") {
				return invalidParameter("The kubernetes group name %s is invalid, it cannot start with system:", group)
			}
		}
	}
	if r.Username != nil {
		for _, prefix := range []string{"system:", "eks:", "aws:", "amazon:", "iam:"} {
			if strings.HasPrefix(*r.Username, prefix) {
				return invalidParameter("The username %s is invalid, it cannot start with system:, eks:, aws:, amazon: or iam:", *r.Username)
			}
		}
	}
	return nil
}

// checkPrincipal requires that the principal exists in IAM.
func (f *Front) checkPrincipal(call eksCall, request accessEntryRequest) error {
	match := principalPattern.FindStringSubmatch(request.PrincipalArn)
	if match == nil {
		return invalidParameter("The principalArn parameter format is not valid: %s", request.PrincipalArn)
	}
	exists, err := false, error(nil)
	if match[2] == "role" {
		role, e := f.moto.role(call.ctx, request.PrincipalArn)
		exists, err = role != nil, e
	} else {
		name := match[3][strings.LastIndex(match[3], "/")+1:]
		out, e := f.moto.iam.GetUser(call.ctx, &iam.GetUserInput{UserName: &name})
		switch {
		case e == nil:
			exists = *out.User.Arn == request.PrincipalArn
		case !isNoSuchEntity(e):
			err = fmt.Errorf("reading the user %s: %w", name, e)
		}
	}
	if err != nil {
		return err
	}
	if !exists || match[2] == "user" && request.Type != standardEntry && request.Type != "" {
		return invalidParameter("The specified principalArn is invalid: invalid principal.")
	}
	return nil
}

func (f *Front) listAccessEntries(call eksCall) (any, error) {
	if err := f.onCluster(call, "eks:ListAccessEntries", nil); err != nil {
		return nil, err
	}
	policy := call.query.Get("associatedPolicyArn")
	f.mu.Lock()
	defer f.mu.Unlock()
	names := []string{}
	for _, arn := range slices.Sorted(maps.Keys(f.entries)) {
		if policy == "" || f.entries[arn].policies[strings.TrimPrefix(policy, accessPolicyPrefix)] != nil {
			names = append(names, arn)
		}
	}
	return map[string]any{"accessEntries": names}, nil
}

// onEntry authorizes an action on the access entry that the path names, and
// calls do with it under the lock. The ARN of an entry that does not exist ends
// in a wildcard, as nobody can know its ID.
func (f *Front) onEntry(call eksCall, action string, do func(*accessEntry) (any, error)) (any, error) {
	principal := call.path[1]
	if err := f.authorize(call.ctx, call.caller, action, f.entryARN(call.path[0], principal), nil); err != nil {
		return nil, err
	}
	if err := f.requireCluster(call.path[0]); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.entries[principal]
	if e == nil {
		return nil, notFound("The specified principalArn could not be found. You can view your available access entries with 'aws eks list-access-entries'.")
	}
	return do(e)
}

func (f *Front) entryARN(cluster, principal string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.entries[principal]; e != nil && cluster == f.cluster.Name {
		return e.AccessEntryArn
	}
	match := principalPattern.FindStringSubmatch(principal)
	if match == nil {
		return f.eksARN("access-entry/" + cluster + "/*")
	}
	return f.eksARN(fmt.Sprintf("access-entry/%s/%s/%s/%s/*", cluster, match[2], match[1], match[3]))
}

func (f *Front) describeAccessEntry(call eksCall) (any, error) {
	return f.onEntry(call, "eks:DescribeAccessEntry", func(e *accessEntry) (any, error) {
		return map[string]any{"accessEntry": e.copy()}, nil
	})
}

func (f *Front) updateAccessEntry(call eksCall) (any, error) {
	var request accessEntryRequest
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	return f.onEntry(call, "eks:UpdateAccessEntry", func(e *accessEntry) (any, error) {
		if err := request.check(e.Type); err != nil {
			return nil, err
		}
		e.set(request)
		e.ModifiedAt = epoch(time.Now())
		return map[string]any{"accessEntry": e.copy()}, nil
	})
}

func (f *Front) deleteAccessEntry(call eksCall) (any, error) {
	return f.onEntry(call, "eks:DeleteAccessEntry", func(e *accessEntry) (any, error) {
		delete(f.entries, e.PrincipalArn)
		return map[string]any{}, nil
	})
}

// copy is the entry as it is now, to be written after the lock is released.
func (e *accessEntry) copy() accessEntry {
	c := *e
	c.Tags, c.KubernetesGroups = maps.Clone(e.Tags), slices.Clone(e.KubernetesGroups)
	return c
}
