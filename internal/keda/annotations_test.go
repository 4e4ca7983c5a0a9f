package keda

import (
	"maps"
	"reflect"
	"testing"
)

func TestScaledObjectAnnotationsRoundTrip(t *testing.T) {
	t.Parallel()

	attributes := ScaledObjectAnnotations{
		Paused: new(false), PausedReplicas: new(int32(0)), PausedScaleIn: new(true), PausedScaleOut: new(false),
		ForceActivation: new(true), TransferHPAOwnership: new(true), HPAExcludedLabels: []string{"a", "b/c"},
	}
	written := writeScaledObjectAnnotations(ScaledObjectModel{ScaledObjectAnnotations: attributes})

	if len(written) != len(scaledObjectAnnotationAttributes) {
		t.Errorf("wrote %d of %d annotations: %v", len(written), len(scaledObjectAnnotationAttributes), written)
	}

	written["example.com/note"] = "stays"

	var read ScaledObjectModel
	if readScaledObjectAnnotations(written, &read); !reflect.DeepEqual(read.ScaledObjectAnnotations, attributes) {
		t.Errorf("read %+v", read.ScaledObjectAnnotations)
	}

	if !maps.Equal(written, map[string]string{"example.com/note": "stays"}) {
		t.Errorf("left %v", written)
	}
}

func TestScaledJobAnnotationsRoundTrip(t *testing.T) {
	t.Parallel()

	attributes := ScaledJobAnnotations{Paused: new(true), JobExcludedLabels: []string{"a"}}
	written := writeScaledJobAnnotations(ScaledJobModel{ScaledJobAnnotations: attributes})

	var read ScaledJobModel
	if readScaledJobAnnotations(written, &read); !reflect.DeepEqual(read.ScaledJobAnnotations, attributes) || len(written) != 0 {
		t.Errorf("read %+v, left %v", read.ScaledJobAnnotations, written)
	}
}

// TestForeignAnnotations reads what others write as KEDA does.
func TestForeignAnnotations(t *testing.T) {
	t.Parallel()

	var read ScaledObjectModel

	annotations := map[string]string{annotationPaused: "yes", annotationPausedReplicas: "two"}
	readScaledObjectAnnotations(annotations, &read)

	if !valueOr(read.Paused, false) {
		t.Error("KEDA takes what is no boolean for true")
	}

	if read.PausedReplicas != nil || annotations[annotationPausedReplicas] != "two" {
		t.Errorf("what is no number stays an annotation: %v", annotations)
	}
}
