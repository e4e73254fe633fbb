// Command etcd is etcd's own server. Its module cannot be built by name, because it replaces its sibling modules.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
