package podrunner

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// variables is an environment in the order of its definition.
type variables struct {
	names  []string
	values map[string]string
}

func (v *variables) set(name, value string) {
	if v.values == nil {
		v.values = map[string]string{}
	}
	if _, known := v.values[name]; !known {
		v.names = append(v.names, name)
	}
	v.values[name] = value
}

func (v *variables) lookup(name string) (string, bool) {
	value, ok := v.values[name]
	return value, ok
}

// environment resolves a container's own variables: envFrom first, then env,
// each of which may refer to those before it.
func (r references) environment(ctx context.Context, container *corev1.Container) (*variables, error) {
	vars := &variables{}
	for _, from := range container.EnvFrom {
		data, err := r.envFrom(ctx, from)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(data)) {
			vars.set(from.Prefix+key, string(data[key]))
		}
	}
	for _, env := range container.Env {
		value := expand(env.Value, vars.lookup)
		if env.ValueFrom != nil {
			var found bool
			var err error
			if value, found, err = r.valueFrom(ctx, env.ValueFrom, container); err != nil {
				return nil, fmt.Errorf("environment variable %s: %w", env.Name, err)
			}
			if !found {
				continue
			}
		}
		vars.set(env.Name, value)
	}
	return vars, nil
}

func (r references) envFrom(ctx context.Context, from corev1.EnvFromSource) (map[string][]byte, error) {
	switch {
	case from.SecretRef != nil:
		return r.secret(ctx, from.SecretRef.Name, from.SecretRef.Optional)
	case from.ConfigMapRef != nil:
		return r.configMap(ctx, from.ConfigMapRef.Name, from.ConfigMapRef.Optional)
	}
	return nil, nil
}

// valueFrom returns a variable's value; found is false for an optional source
// that is absent, as the variable is then not set at all.
func (r references) valueFrom(ctx context.Context, from *corev1.EnvVarSource, container *corev1.Container) (value string, found bool, err error) {
	switch {
	case from.FieldRef != nil:
		value, err = r.field(from.FieldRef.FieldPath)
		return value, true, err
	case from.ResourceFieldRef != nil:
		value, err = r.resource(from.ResourceFieldRef, container)
		return value, true, err
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		data, err := r.secret(ctx, ref.Name, ref.Optional)
		return pick(data, err, ref.Key, ref.Optional, "Secret", ref.Name)
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		data, err := r.configMap(ctx, ref.Name, ref.Optional)
		return pick(data, err, ref.Key, ref.Optional, "ConfigMap", ref.Name)
	}
	return "", false, fmt.Errorf("its source is of a kind that the local stack does not know")
}

func pick(data map[string][]byte, err error, key string, optional *bool, kind, name string) (string, bool, error) {
	if err != nil {
		return "", false, err
	}
	if value, ok := data[key]; ok {
		return string(value), true, nil
	}
	return "", false, absent(optional, "couldn't find key %s in %s %s", key, kind, name)
}
