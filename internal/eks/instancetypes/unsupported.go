package instancetypes

// NotSupported are GPU families of EC2 that EKS Auto Mode does not launch as
// NVIDIA nodes, and why. The source is the same page of the EKS user guide.
var NotSupported = map[string]string{
	"g4ad":      "its GPUs are made by AMD",
	"g6f":       "EKS Auto Mode does not launch it: it has a fraction of a GPU",
	"gr6f":      "EKS Auto Mode does not launch it: it has a fraction of a GPU",
	"g7":        "EKS Auto Mode does not launch it",
	"p6":        "no family has this name: write p6-b200 or p6-b300",
	"p6e-gb200": "EKS Auto Mode does not launch it",
	"p2":        "EKS Auto Mode does not launch this generation",
	"g3":        "EKS Auto Mode does not launch this generation",
	"g3s":       "EKS Auto Mode does not launch this generation",
}
