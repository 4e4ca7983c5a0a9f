package kube

import "maps"

// Owned returns the part of a live object that a field manager applied, by the
// object's managedFields, or nil if it applied none of it. Kind, name and
// namespace belong to nobody and are not in it.
func Owned(live map[string]any, manager string) map[string]any {
	metadata, _ := live["metadata"].(map[string]any)
	entries, _ := metadata["managedFields"].([]any)
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		tree, _ := fields["fieldsV1"].(map[string]any)
		_, isSubresource := fields["subresource"]
		if fields["manager"] != manager || fields["operation"] != "Apply" || isSubresource || len(tree) == 0 {
			continue
		}
		owned, _ := ownedPart(live, tree).(map[string]any)
		return withoutBareMark(owned, manager)
	}
	return nil
}

// ownedPart returns what a tree of managedFields names of a value: all of it if
// the tree ends here.
func ownedPart(live any, tree map[string]any) any {
	switch live := live.(type) {
	case map[string]any:
		if len(tree) == 0 {
			return live
		}
		part := map[string]any{}
		for key, value := range live {
			if nested, found := tree["f:"+key].(map[string]any); found {
				part[key] = ownedPart(value, nested)
			}
		}
		return part
	case []any:
		keys := shape{tree}.elements()
		if len(keys) == 0 {
			return live
		}
		part := []any{}
		for _, element := range live {
			for _, key := range keys {
				if key.names(element, true) {
					nested, _ := tree[key.text].(map[string]any)
					part = append(part, ownedPart(element, nested))
					break
				}
			}
		}
		return part
	}
	return live
}

// withoutBareMark removes the annotation that an apply adds to an object that
// sets nothing.
func withoutBareMark(owned map[string]any, manager string) map[string]any {
	metadata, _ := owned["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	if annotations[bareAnnotation] != manager {
		return owned
	}
	stripped := maps.Clone(owned)
	metadata = maps.Clone(metadata)
	annotations = maps.Clone(annotations)
	delete(annotations, bareAnnotation)
	metadata["annotations"], stripped["metadata"] = annotations, metadata
	if !isBare(stripped) {
		return owned
	}
	delete(metadata, "annotations")
	return stripped
}
