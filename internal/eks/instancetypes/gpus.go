package instancetypes

// SoldAsGiB is the memory by which those GPUs are sold whose nodes report less,
// in GiB. EC2, and so the label eks.amazonaws.com/instance-gpu-memory, counts
// what software can use.
var SoldAsGiB = map[string]int{"a10g": 24, "l4": 24, "l40s": 48}
