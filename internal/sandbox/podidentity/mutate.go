package podidentity

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Annotations of amazon-eks-pod-identity-webhook.
const (
	roleAnnotation       = "eks.amazonaws.com/role-arn"
	audienceAnnotation   = "eks.amazonaws.com/audience"
	expirationAnnotation = "eks.amazonaws.com/token-expiration"
	regionalAnnotation   = "eks.amazonaws.com/sts-regional-endpoints"
	skipAnnotation       = "eks.amazonaws.com/skip-containers"
)

// Token lifetimes in seconds: the webhook's default, and Kubernetes' least that
// the webhook accepts.
const (
	defaultExpiration = 86400
	minExpiration     = 3600
)

const defaultAudience = "sts.amazonaws.com"

// injection is what a pod gets: one projected token, mounted into its
// containers, and variables which point at it.
type injection struct {
	volume, mountPath, tokenPath string
	audience                     string
	expiration                   int64
	// exclusive are set together or, when a container sets one of them by
	// itself, not at all.
	exclusive []corev1.EnvVar
	// optional are each set when the container does not set it; a group of
	// alternatives counts as one.
	optional [][]corev1.EnvVar
}

// webIdentity is the injection of IAM roles for service accounts.
func webIdentity(account *corev1.ServiceAccount, pod *corev1.Pod, region string) injection {
	const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount"
	in := injection{
		volume: "aws-iam-token", mountPath: mountPath, tokenPath: "token",
		audience:   defaultAudience,
		expiration: tokenExpiration(account, pod),
		exclusive: []corev1.EnvVar{
			{Name: "AWS_ROLE_ARN", Value: account.Annotations[roleAnnotation]},
			{Name: "AWS_WEB_IDENTITY_TOKEN_FILE", Value: mountPath + "/token"},
		},
		optional: common(account, region),
	}
	if audience := account.Annotations[audienceAnnotation]; audience != "" {
		in.audience = audience
	}
	return in
}

// containerCredentials is the injection of EKS Pod Identity.
func containerCredentials(account *corev1.ServiceAccount, pod *corev1.Pod, region, agentURL string) injection {
	const mountPath = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
	return injection{
		volume: "eks-pod-identity-token", mountPath: mountPath, tokenPath: "eks-pod-identity-token",
		audience:   agentAudience,
		expiration: tokenExpiration(account, pod),
		exclusive: []corev1.EnvVar{
			{Name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", Value: agentURL},
			{Name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Value: mountPath + "/eks-pod-identity-token"},
		},
		optional: common(account, region),
	}
}

// common are the variables of both kinds.
func common(account *corev1.ServiceAccount, region string) [][]corev1.EnvVar {
	groups := [][]corev1.EnvVar{{{Name: "AWS_DEFAULT_REGION", Value: region}, {Name: "AWS_REGION", Value: region}}}
	if account.Annotations[regionalAnnotation] != "false" {
		groups = append(groups, []corev1.EnvVar{{Name: "AWS_STS_REGIONAL_ENDPOINTS", Value: "regional"}})
	}
	return groups
}

// tokenExpiration is the pod's annotation, else the service account's, else a
// day. Values that are not a number count as absent, too small ones as an hour.
func tokenExpiration(account *corev1.ServiceAccount, pod *corev1.Pod) int64 {
	for _, annotations := range []map[string]string{pod.Annotations, account.Annotations} {
		if seconds, err := strconv.ParseInt(annotations[expirationAnnotation], 10, 64); err == nil {
			return max(seconds, minExpiration)
		}
	}
	return defaultExpiration
}

// apply returns the pod with the injection, and whether anything changed.
func (in injection) apply(pod *corev1.Pod) (*corev1.Pod, bool) {
	changed := pod.DeepCopy()
	skipped := skippedContainers(pod)
	injected := false
	for _, containers := range [][]corev1.Container{changed.Spec.InitContainers, changed.Spec.Containers} {
		for i := range containers {
			if !slices.Contains(skipped, containers[i].Name) {
				injected = in.applyContainer(&containers[i]) || injected
			}
		}
	}
	if !injected {
		return pod, false
	}
	if !slices.ContainsFunc(changed.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == in.volume }) {
		changed.Spec.Volumes = append(changed.Spec.Volumes, in.projectedVolume())
	}
	return changed, true
}

func skippedContainers(pod *corev1.Pod) []string {
	var names []string
	for name := range strings.SplitSeq(pod.Annotations[skipAnnotation], ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

func (in injection) applyContainer(c *corev1.Container) bool {
	before := len(c.Env) + len(c.VolumeMounts)
	for _, group := range append([][]corev1.EnvVar{in.exclusive}, in.optional...) {
		if !setsAny(c, group) {
			c.Env = append(c.Env, group...)
		}
	}
	if !slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == in.volume || m.MountPath == in.mountPath }) {
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: in.volume, ReadOnly: true, MountPath: in.mountPath})
	}
	return len(c.Env)+len(c.VolumeMounts) != before
}

func setsAny(c *corev1.Container, group []corev1.EnvVar) bool {
	return slices.ContainsFunc(c.Env, func(set corev1.EnvVar) bool {
		return slices.ContainsFunc(group, func(want corev1.EnvVar) bool { return want.Name == set.Name })
	})
}

func (in injection) projectedVolume() corev1.Volume {
	return corev1.Volume{Name: in.volume, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{
			Audience: in.audience, ExpirationSeconds: &in.expiration, Path: in.tokenPath,
		}}},
	}}}
}
