package kube

import (
	"encoding/json"
	"reflect"
	"testing"
)

func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return decoded
}

// An empty want means that there is no drift.
func TestProject(t *testing.T) {
	t.Parallel()
	const (
		sharedContainers = `"metadata":{"managedFields":[{"fieldsV1":{"f:c":{"k:{\"name\":\"a\"}":{".":{},"f:image":{}},"k:{\"name\":\"b\"}":{".":{}}}}}]}`
		sharedPorts      = `"metadata":{"managedFields":[{"fieldsV1":{"f:p":{"k:{\"port\":53,\"protocol\":\"TCP\"}":{},"k:{\"port\":53,\"protocol\":\"UDP\"}":{}}}}]}`
		sharedSet        = `"metadata":{"managedFields":[{"fieldsV1":{"f:f":{"v:\"x\"":{}}}},{"fieldsV1":{"f:f":{"v:\"y\"":{}}}}]}`
		atomicList       = `"metadata":{"managedFields":[{"fieldsV1":{"f:c":{}}}]}`
	)
	for name, test := range map[string]struct{ live, prior, want string }{
		"server defaults":         {`{"a":1,"b":2}`, `{"a":1}`, ``},
		"changed":                 {`{"a":2,"b":2}`, `{"a":1}`, `{"a":2}`},
		"removed":                 {`{"b":2}`, `{"a":1}`, `{}`},
		"nested":                  {`{"a":{"b":1,"c":2}}`, `{"a":{"b":3}}`, `{"a":{"b":1}}`},
		"other type":              {`{"a":"x"}`, `{"a":{"b":3}}`, `{"a":"x"}`},
		"list for map":            {`{"a":[1]}`, `{"a":{"b":3}}`, `{"a":[1]}`},
		"null sets nothing":       {`{"a":1}`, `{"a":null}`, ``},
		"empty is not stored":     {`{}`, `{"a":{},"b":[],"c":"","d":false,"e":0,"f":{"g":false}}`, ``},
		"empty comes back null":   {`{"a":null}`, `{"a":[]}`, ``},
		"null is removed":         {`{"a":null}`, `{"a":[1]}`, `{}`},
		"empty map, filled live":  {`{"a":{"b":1}}`, `{"a":{}}`, ``},
		"empty list, filled live": {`{"a":[1]}`, `{"a":[]}`, `{"a":[1]}`},
		"quantity":                {`{"limits":{"cpu":"1"}}`, `{"limits":{"cpu":"1000m"}}`, ``},
		"quantity as number":      {`{"limits":{"nvidia.com/gpu":"1"}}`, `{"limits":{"nvidia.com/gpu":1}}`, ``},
		"fraction as number":      {`{"limits":{"cpu":"500m"}}`, `{"limits":{"cpu":0.5}}`, ``},
		"quantity changed":        {`{"limits":{"cpu":"2"}}`, `{"limits":{"cpu":"1000m"}}`, `{"limits":{"cpu":"2"}}`},
		"no quantity":             {`{"data":{"version":"1"}}`, `{"data":{"version":"1.0"}}`, `{"data":{"version":"1"}}`},
		"target value":            {`{"target":{"value":"1"}}`, `{"target":{"value":"1000m"}}`, ``},
		"environment value":       {`{"env":{"value":"1"}}`, `{"env":{"value":"1000m"}}`, `{"env":{"value":"1"}}`},
		"number and text":         {`{"a":"80"}`, `{"a":80}`, `{"a":"80"}`},

		"list shorter":            {`{"a":[1]}`, `{"a":[1,2]}`, `{"a":[1]}`},
		"list longer":             {`{"a":[1,2]}`, `{"a":[1]}`, `{"a":[1,2]}`},
		"list order":              {`{"a":[2,1]}`, `{"a":[1,2]}`, `{"a":[2,1]}`},
		"list defaults":           {`{"a":[{"x":1,"y":2}]}`, `{"a":[{"x":1}]}`, ``},
		"named list order":        {`{"c":[{"name":"b"},{"name":"a","d":1}]}`, `{"c":[{"name":"a"},{"name":"b"}]}`, ``},
		"named list extra":        {`{"c":[{"name":"z"},{"name":"a"}]}`, `{"c":[{"name":"a"}]}`, `{"c":[{"name":"a"},{"name":"z"}]}`},
		"name twice":              {`{"c":[{"name":"a"},{"name":"a"}]}`, `{"c":[{"name":"a"}]}`, `{"c":[{"name":"a"},{"name":"a"}]}`},
		"atomic named list order": {`{` + atomicList + `,"c":[{"name":"b"},{"name":"a"}]}`, `{"c":[{"name":"a"},{"name":"b"}]}`, `{"c":[{"name":"b"},{"name":"a"}]}`},

		"injected container": {`{` + sharedContainers + `,"c":[{"name":"b"},{"name":"a","image":"i","pull":"x"}]}`, `{"c":[{"name":"a","image":"i"}]}`, ``},
		"shared changed":     {`{` + sharedContainers + `,"c":[{"name":"b"},{"name":"a","image":"j"}]}`, `{"c":[{"name":"a","image":"i"}]}`, `{"c":[{"name":"a","image":"j"}]}`},
		"shared removed":     {`{` + sharedContainers + `,"c":[{"name":"b"}]}`, `{"c":[{"name":"a","image":"i"}]}`, `{"c":[]}`},
		"defaulted key":      {`{` + sharedPorts + `,"p":[{"port":53,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}`, `{"p":[{"port":53},{"port":53,"protocol":"UDP"}]}`, ``},
		"foreign set value":  {`{` + sharedSet + `,"f":["y","x"]}`, `{"f":["x"]}`, ``},
		"set value removed":  {`{` + sharedSet + `,"f":["y"]}`, `{"f":["x"]}`, `{"f":[]}`},

		"secret text":         {`{"kind":"Secret","data":{"a":"eA=="}}`, `{"kind":"Secret","stringData":{"a":"x"}}`, ``},
		"secret text changed": {`{"kind":"Secret","data":{"a":"eQ=="}}`, `{"kind":"Secret","stringData":{"a":"x"}}`, `{"kind":"Secret","stringData":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == "" {
				want = test.prior
			}
			live, prior := decode(t, test.live), decode(t, test.prior)
			if got := Project(live, prior); !reflect.DeepEqual(got, decode(t, want)) {
				t.Errorf("got  %v\nwant %v", got, decode(t, want))
			}
			if !reflect.DeepEqual(live, decode(t, test.live)) || !reflect.DeepEqual(prior, decode(t, test.prior)) {
				t.Error("an argument was changed")
			}
		})
	}
}

// Objects from the API server hold int64 where a configuration holds float64.
func TestProjectNumbers(t *testing.T) {
	t.Parallel()
	prior := map[string]any{"a": float64(5), "b": json.Number("5"), "c": int64(5), "d": 0.5, "e": json.Number("1e400")}
	live := map[string]any{"a": int64(5), "b": int64(5), "c": float64(5), "d": 0.5, "e": int64(1)}
	want := map[string]any{"a": float64(5), "b": json.Number("5"), "c": int64(5), "d": 0.5, "e": int64(1)}
	if got := Project(live, prior); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzProject(f *testing.F) {
	f.Add(`{"a":[{"name":"x","limits":{"cpu":"1"}}]}`, `{"a":[{"name":"x","limits":{"cpu":"1000m"}}]}`)
	f.Add(`{"metadata":{"managedFields":[{"fieldsV1":{"f:a":{"k:{\"p\":1}":{}}}}]},"a":[{"p":1}]}`, `{"a":[{}]}`)
	f.Add(`{"metadata":{"managedFields":[{"fieldsV1":{"f:a":{"v:1":{},"v:x":{},"k:1":{}}}},1]},"a":[1,1]}`, `{"a":[1,1,null]}`)
	f.Add(`{"kind":"Secret","data":1}`, `{"kind":"Secret","stringData":{"a":1}}`)
	f.Fuzz(func(t *testing.T, liveText, priorText string) {
		var live, prior map[string]any
		if json.Unmarshal([]byte(liveText), &live) != nil || json.Unmarshal([]byte(priorText), &prior) != nil {
			t.Skip()
		}
		projected := Project(live, prior)
		for key := range projected {
			if _, set := prior[key]; !set {
				t.Errorf("key %q is not the configuration's", key)
			}
		}
		bare := without(live, "metadata")
		if self := Project(bare, bare); !isSecret(kindOf(bare)) && !reflect.DeepEqual(self, bare) && len(bare) > 0 {
			t.Errorf("an object differs from itself:\n%v\n%v", self, bare)
		}
	})
}

func without(object map[string]any, key string) map[string]any {
	rest := make(map[string]any, len(object))
	for name, value := range object {
		if name != key {
			rest[name] = value
		}
	}
	return rest
}

func BenchmarkProject(b *testing.B) {
	prior := decode(b, `{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"q","namespace":"vllm"},
		"spec":{"scaleTargetRef":{"name":"q"},"minReplicaCount":0,"maxReplicaCount":10,
		"triggers":[{"type":"aws-sqs-queue","metadata":{"queueURL":"u","queueLength":"5","awsRegion":"us-west-2"}}]}}`)
	live := decode(b, `{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"q","namespace":"vllm","uid":"u","finalizers":["finalizer.keda.sh"],
		"managedFields":[{"manager":"keda","fieldsV1":{"f:metadata":{"f:finalizers":{".":{},"v:\"finalizer.keda.sh\"":{}}}}},
		{"manager":"terraform","fieldsV1":{"f:spec":{"f:scaleTargetRef":{"f:name":{}},"f:minReplicaCount":{},"f:maxReplicaCount":{},"f:triggers":{}}}}]},
		"spec":{"scaleTargetRef":{"name":"q"},"minReplicaCount":0,"maxReplicaCount":10,"cooldownPeriod":300,
		"triggers":[{"type":"aws-sqs-queue","metadata":{"queueURL":"u","queueLength":"5","awsRegion":"us-west-2"}}]},
		"status":{"hpaName":"keda-hpa-q","conditions":[{"type":"Ready","status":"True"}]}}`)
	if !reflect.DeepEqual(Project(live, prior), prior) {
		b.Fatal("the sample has drifted")
	}
	b.ReportAllocs()
	for b.Loop() {
		Project(live, prior)
	}
}
