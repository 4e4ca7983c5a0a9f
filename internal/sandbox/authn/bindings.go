package authn

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// policyRoles are the ClusterRoles whose rights come nearest to those of the
// access policies. EKS authorizes access policies by itself and shows no
// binding; "Review access policy permissions" in its User Guide lists the same
// verbs as the user-facing ClusterRoles of Kubernetes.
var policyRoles = [][2]string{
	{"AmazonEKSClusterAdminPolicy", "cluster-admin"},
	{"AmazonEKSAdminPolicy", "admin"},
	{"AmazonEKSEditPolicy", "edit"},
	{"AmazonEKSViewPolicy", "view"},
}

// policyGroup is the group that a caller with an access policy is put in.
func policyGroup(policy string) string { return "eks-access-policy:" + policy }

// Bindings returns the objects that give the access policies their rights, to
// be applied to the cluster once.
func Bindings() []rbacv1.ClusterRoleBinding {
	bindings := make([]rbacv1.ClusterRoleBinding, 0, len(policyRoles))
	for _, pair := range policyRoles {
		group := policyGroup(pair[0])
		bindings = append(bindings, rbacv1.ClusterRoleBinding{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRoleBinding"},
			ObjectMeta: metav1.ObjectMeta{Name: group},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: pair[1]},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: group}},
		})
	}
	return bindings
}
