package awsfront

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

type association struct {
	ClusterName        string            `json:"clusterName"`
	Namespace          string            `json:"namespace"`
	ServiceAccount     string            `json:"serviceAccount"`
	RoleARN            string            `json:"roleArn"`
	AssociationArn     string            `json:"associationArn"`
	AssociationID      string            `json:"associationId"`
	Tags               map[string]string `json:"tags"`
	CreatedAt          epoch             `json:"createdAt"`
	ModifiedAt         epoch             `json:"modifiedAt"`
	DisableSessionTags bool              `json:"disableSessionTags"`
}

// associationRequest is the body of CreatePodIdentityAssociation and
// UpdatePodIdentityAssociation.
type associationRequest struct {
	Namespace          string            `json:"namespace"`
	ServiceAccount     string            `json:"serviceAccount"`
	RoleARN            string            `json:"roleArn"`
	TargetRoleARN      string            `json:"targetRoleArn"`
	Policy             string            `json:"policy"`
	DisableSessionTags *bool             `json:"disableSessionTags"`
	Tags               map[string]string `json:"tags"`
}

func (r associationRequest) check() error {
	if r.TargetRoleARN != "" || r.Policy != "" {
		return invalidParameter("The local stack does not model targetRoleArn and policy of a Pod Identity association: leave them out.")
	}
	return nil
}

func (f *Front) associationOf(namespace, serviceAccount string) (association, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.associations {
		if a.Namespace == namespace && a.ServiceAccount == serviceAccount {
			return a.copy(), true
		}
	}
	return association{}, false
}

// passRole requires iam:PassRole for the role, which these calls need besides
// their own action, and that the role exists.
func (f *Front) passRole(call eksCall, roleARN string) error {
	err := f.authorize(call.ctx, call.caller, "iam:PassRole", roleARN, iampolicy.Context{"iam:PassedToService": {PodIdentityAudience}})
	if err != nil {
		return err
	}
	role, err := f.moto.role(call.ctx, roleARN)
	if err != nil {
		return err
	}
	if role == nil {
		return invalidParameter("Role provided in the request does not exist.")
	}
	return nil
}

func (f *Front) createAssociation(call eksCall) (any, error) {
	var request associationRequest
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	if err := f.onCluster(call, "eks:CreatePodIdentityAssociation", tagConditions(request.Tags)); err != nil {
		return nil, err
	}
	if request.Namespace == "" || request.ServiceAccount == "" || request.RoleARN == "" {
		return nil, invalidParameter("namespace, serviceAccount and roleArn are required.")
	}
	if err := request.check(); err != nil {
		return nil, err
	}
	if err := f.passRole(call, request.RoleARN); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.associations {
		if a.Namespace == request.Namespace && a.ServiceAccount == request.ServiceAccount {
			return nil, inUse("Association already exists: %s", a.AssociationID)
		}
	}
	id := "a-" + strings.ToLower(rand.Text()[:17])
	a := &association{
		ClusterName: f.cluster.Name, Namespace: request.Namespace, ServiceAccount: request.ServiceAccount,
		RoleARN: request.RoleARN, AssociationID: id,
		AssociationArn: f.eksARN("podidentityassociation/" + f.cluster.Name + "/" + id),
		Tags:           map[string]string{}, CreatedAt: epoch(time.Now()), ModifiedAt: epoch(time.Now()),
		DisableSessionTags: request.DisableSessionTags != nil && *request.DisableSessionTags,
	}
	maps.Copy(a.Tags, request.Tags)
	f.associations[id] = a
	return map[string]any{"association": a.copy()}, nil
}

func (a *association) copy() association {
	c := *a
	c.Tags = maps.Clone(a.Tags)
	return c
}

func (f *Front) listAssociations(call eksCall) (any, error) {
	if err := f.onCluster(call, "eks:ListPodIdentityAssociations", nil); err != nil {
		return nil, err
	}
	namespace, serviceAccount := call.query.Get("namespace"), call.query.Get("serviceAccount")
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(f.associations)) {
		a := f.associations[id]
		if namespace != "" && a.Namespace != namespace || serviceAccount != "" && a.ServiceAccount != serviceAccount {
			continue
		}
		list = append(list, map[string]string{
			"clusterName": a.ClusterName, "namespace": a.Namespace, "serviceAccount": a.ServiceAccount,
			"associationArn": a.AssociationArn, "associationId": a.AssociationID,
		})
	}
	return map[string]any{"associations": list}, nil
}

// onAssociation authorizes an action on the association that the path names,
// and calls do with it under the lock.
func (f *Front) onAssociation(call eksCall, action string, do func(*association) (any, error)) (any, error) {
	cluster, id := call.path[0], call.path[1]
	resource := f.eksARN("podidentityassociation/" + cluster + "/" + id)
	if err := f.authorize(call.ctx, call.caller, action, resource, nil); err != nil {
		return nil, err
	}
	if err := f.requireCluster(cluster); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.associations[id]
	if a == nil {
		return nil, notFound("No Pod Identity association found for id: %s", id)
	}
	return do(a)
}

func (f *Front) describeAssociation(call eksCall) (any, error) {
	return f.onAssociation(call, "eks:DescribePodIdentityAssociation", func(a *association) (any, error) {
		return map[string]any{"association": a.copy()}, nil
	})
}

func (f *Front) updateAssociation(call eksCall) (any, error) {
	var request associationRequest
	if err := call.decode(&request); err != nil {
		return nil, err
	}
	if err := request.check(); err != nil {
		return nil, err
	}
	if request.RoleARN != "" {
		if err := f.passRole(call, request.RoleARN); err != nil {
			return nil, err
		}
	}
	return f.onAssociation(call, "eks:UpdatePodIdentityAssociation", func(a *association) (any, error) {
		if request.RoleARN != "" {
			a.RoleARN = request.RoleARN
		}
		if request.DisableSessionTags != nil {
			a.DisableSessionTags = *request.DisableSessionTags
		}
		a.ModifiedAt = epoch(time.Now())
		return map[string]any{"association": a.copy()}, nil
	})
}

func (f *Front) deleteAssociation(call eksCall) (any, error) {
	return f.onAssociation(call, "eks:DeletePodIdentityAssociation", func(a *association) (any, error) {
		delete(f.associations, a.AssociationID)
		return map[string]any{"association": a.copy()}, nil
	})
}
