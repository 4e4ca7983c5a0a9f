package podrunner

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// volumeReader collects the files of a pod's volumes.
type volumeReader struct {
	references
	// token returns a service account token for the pod, or nothing when the
	// volume is only checked, not written.
	token func(context.Context, *corev1.ServiceAccountTokenProjection) (string, error)
}

// files returns what a volume holds; ok is false for volumes that are just a
// folder.
func (r volumeReader) files(ctx context.Context, v corev1.VolumeSource) (files map[string]file, ok bool, err error) {
	switch {
	case v.Secret != nil:
		files, err = r.secretFiles(ctx, v.Secret.SecretName, v.Secret.Optional, v.Secret.Items, mode(v.Secret.DefaultMode))
	case v.ConfigMap != nil:
		files, err = r.configMapFiles(ctx, v.ConfigMap.Name, v.ConfigMap.Optional, v.ConfigMap.Items, mode(v.ConfigMap.DefaultMode))
	case v.DownwardAPI != nil:
		files, err = r.downwardFiles(v.DownwardAPI.Items, mode(v.DownwardAPI.DefaultMode))
	case v.Projected != nil:
		files, err = r.projectedFiles(ctx, v.Projected)
	default:
		return nil, false, nil
	}
	return files, true, err
}

// mode is the mode of a volume's files; the API server sets 0644 when the user
// gives none.
func mode(m *int32) fs.FileMode {
	if m == nil {
		return 0o644
	}
	return fs.FileMode(*m) & fs.ModePerm //nolint:gosec // the API allows 0 to 0777
}

func (r volumeReader) secretFiles(ctx context.Context, name string, optional *bool, items []corev1.KeyToPath, perm fs.FileMode) (map[string]file, error) {
	data, err := r.secret(ctx, name, optional)
	if err != nil {
		return nil, err
	}
	return keyFiles(data, items, optional, perm, "secret "+name)
}

func (r volumeReader) configMapFiles(ctx context.Context, name string, optional *bool, items []corev1.KeyToPath, perm fs.FileMode) (map[string]file, error) {
	data, err := r.configMap(ctx, name, optional)
	if err != nil {
		return nil, err
	}
	return keyFiles(data, items, optional, perm, "configmap "+name)
}

func keyFiles(data map[string][]byte, items []corev1.KeyToPath, optional *bool, perm fs.FileMode, source string) (map[string]file, error) {
	files := map[string]file{}
	if len(items) == 0 {
		for key, value := range data {
			files[key] = file{value, perm}
		}
		return files, nil
	}
	for _, item := range items {
		value, ok := data[item.Key]
		if !ok {
			if err := absent(optional, "%s has no key %q, which the volume asks for", source, item.Key); err != nil {
				return nil, err
			}
			continue
		}
		itemMode := perm
		if item.Mode != nil {
			itemMode = mode(item.Mode)
		}
		files[item.Path] = file{value, itemMode}
	}
	return files, nil
}

func (r volumeReader) downwardFiles(items []corev1.DownwardAPIVolumeFile, perm fs.FileMode) (map[string]file, error) {
	files := map[string]file{}
	for _, item := range items {
		var value string
		var err error
		switch {
		case item.FieldRef != nil:
			value, err = r.field(item.FieldRef.FieldPath)
		case item.ResourceFieldRef != nil:
			value, err = r.resource(item.ResourceFieldRef, nil)
		}
		if err != nil {
			return nil, err
		}
		itemMode := perm
		if item.Mode != nil {
			itemMode = mode(item.Mode)
		}
		files[item.Path] = file{[]byte(value), itemMode}
	}
	return files, nil
}

func (r volumeReader) projectedFiles(ctx context.Context, projected *corev1.ProjectedVolumeSource) (map[string]file, error) {
	perm := mode(projected.DefaultMode)
	all := map[string]file{}
	for _, source := range projected.Sources {
		files, err := r.projection(ctx, source, perm)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, files)
	}
	return all, nil
}

func (r volumeReader) projection(ctx context.Context, source corev1.VolumeProjection, perm fs.FileMode) (map[string]file, error) {
	switch {
	case source.Secret != nil:
		return r.secretFiles(ctx, source.Secret.Name, source.Secret.Optional, source.Secret.Items, perm)
	case source.ConfigMap != nil:
		return r.configMapFiles(ctx, source.ConfigMap.Name, source.ConfigMap.Optional, source.ConfigMap.Items, perm)
	case source.DownwardAPI != nil:
		return r.downwardFiles(source.DownwardAPI.Items, perm)
	case source.ServiceAccountToken != nil:
		token, err := r.token(ctx, source.ServiceAccountToken)
		// Only the owner may read a token, as kubelets have it for non-root users.
		return map[string]file{source.ServiceAccountToken.Path: {[]byte(token), 0o600}}, err
	}
	return nil, fmt.Errorf("a projected volume's source is of a kind that the local stack does not know")
}

// readsObject tells whether a volume of the pod shows a Secret or ConfigMap.
func readsObject(spec *corev1.PodSpec, kind, name string) bool {
	secret := func(n string) bool { return kind == "Secret" && n == name }
	configMap := func(n string) bool { return kind == "ConfigMap" && n == name }
	for _, v := range spec.Volumes {
		switch {
		case v.Secret != nil && secret(v.Secret.SecretName), v.ConfigMap != nil && configMap(v.ConfigMap.Name):
			return true
		case v.Projected != nil:
			for _, s := range v.Projected.Sources {
				if s.Secret != nil && secret(s.Secret.Name) || s.ConfigMap != nil && configMap(s.ConfigMap.Name) {
					return true
				}
			}
		}
	}
	return false
}

// mountsOf returns where the mounts of a container are, with sub-paths.
func mountsOf(container *corev1.Container, volumeDir func(string) string, lookup func(string) (string, bool)) []mount {
	var mounts []mount
	for _, m := range container.VolumeMounts {
		local := volumeDir(m.Name)
		if sub := m.SubPath + expand(m.SubPathExpr, lookup); sub != "" {
			local += "/" + strings.Trim(sub, "/")
		}
		mounts = append(mounts, mount{strings.TrimSuffix(m.MountPath, "/"), local})
	}
	sortMounts(mounts)
	return mounts
}
