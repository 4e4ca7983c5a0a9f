package scalers

import "testing"

func TestCheckFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		parameter Parameter
		good, bad []string
	}{
		{Parameter{Kind: Int}, []string{"5", "-5", "0", "9223372036854775807"}, []string{"5.0", "05", "+5", "1e3", "five", "0x5", "9223372036854775808", `"5"`, "5 5"}},
		{Parameter{Kind: Uint32}, []string{"0", "4294967295"}, []string{"-1", "4294967296", "1.0"}},
		{Parameter{Kind: Float}, []string{"5", "-5.5", "1e3", "0.1"}, []string{".5", "5.", "05", "5%", "NaN", "Inf"}},
		{Parameter{Kind: Bool}, []string{"true", "false", "1", "0", "T", "False"}, []string{"yes", "on", "tRUE", "2"}},
		{Parameter{Kind: Duration}, []string{"30s", "5m", "1h30m", "1000", "0", "1.5s"}, []string{"5 m", "30sec", "-1s", "-1", "1.5", "1d"}},
		{Parameter{Kind: Query}, []string{"a=1&b=2", "a"}, []string{"a=%zz", "a;b"}},
		{Parameter{Kind: StringMap}, []string{"a=1", "a=1, b=2", "a="}, []string{"a", "a=1=2", "a=1,", "a=1;b=2"}},
		{Parameter{Kind: StringMap, Separator: ";"}, []string{"a=1;b=2", "a=1,2"}, []string{"a=1;b"}},
		{Parameter{Kind: IntList, RangeSeparator: "-"}, []string{"1", "1,2", "1, 3-5"}, []string{"1,", "a", "1-", "-1", "1-2-3", "1.5"}},
		{Parameter{Kind: IntList}, []string{"1,-2"}, []string{"1-2"}},
		{Parameter{Kind: StringList}, []string{"a", "a,b", ""}, nil},
		{Parameter{Kind: String}, []string{"anything"}, nil},
	}
	for _, test := range tests {
		for _, value := range test.good {
			if err := test.parameter.checkFormat(value); err != nil {
				t.Errorf("kind %d: %q: %v", test.parameter.Kind, value, err)
			}
		}
		for _, value := range test.bad {
			if err := test.parameter.checkFormat(value); err == nil {
				t.Errorf("kind %d: %q is accepted", test.parameter.Kind, value)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"queueURL", "queueLength", "awsRegion", "tls"}
	for word, want := range map[string]string{
		"queueurl": "queueURL", "queueLenght": "queueLength", "queLength": "queueLength", "awsregions": "awsRegion",
		"tsl": "tls", "region": "", "x": "", "ab": "", "": "", "schlange": "",
	} {
		if got, ok := nearest(word, candidates); got != want || ok != (want != "") {
			t.Errorf("nearest(%q) = %q, %v, want %q", word, got, ok, want)
		}
	}
}
