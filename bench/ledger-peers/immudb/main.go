// Measures immudb: a server in this process, and clients over gRPC on a loopback socket, each waiting
// for one acknowledged transaction of one key and 1 KiB before the next.
//
//	immudb FOLDER SECONDS CLIENTS PORT
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/codenotary/immudb/pkg/api/schema"
	immudb "github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/server"
	"github.com/codenotary/immudb/pkg/server/sessions"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	seconds, clients, port := must(strconv.Atoi(os.Args[2])), must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4]))
	options := server.DefaultOptions().WithDir(os.Args[1]).WithAddress("127.0.0.1").WithPort(port).WithMetricsServer(false).WithWebServer(false).WithPgsqlServer(false).WithSessionOptions(sessions.DefaultOptions().WithMaxSessions(2000))
	running := server.DefaultServer().WithOptions(options).(*server.ImmuServer)
	if err := running.Initialize(); err != nil {
		panic(err)
	}
	go running.Start()
	time.Sleep(500 * time.Millisecond)
	var sequence atomic.Uint64
	var mutex sync.Mutex
	var group sync.WaitGroup
	var all []float64
	admin := immudb.DefaultOptions().WithAddress("127.0.0.1").WithPort(port).WithDir(os.Args[1])
	// Its default refuses more than 30 transactions at once.
	first := immudb.NewClient().WithOptions(admin)
	if err := first.OpenSession(ctx, []byte("immudb"), []byte("immudb"), "defaultdb"); err != nil {
		panic(err)
	}
	must(first.CreateDatabaseV2(ctx, "bench", &schema.DatabaseNullableSettings{MaxConcurrency: &schema.NullableUint32{Value: uint32(clients + 8)}}))
	// A login hashes a password slowly: clients share connections, over which gRPC sends their calls at the same time.
	connections := make([]immudb.ImmuClient, min(clients, 16))
	for c := range connections {
		connections[c] = immudb.NewClient().WithOptions(immudb.DefaultOptions().WithAddress("127.0.0.1").WithPort(port).WithDir(os.Args[1]))
		if err := connections[c].OpenSession(ctx, []byte("immudb"), []byte("immudb"), "bench"); err != nil {
			panic(err)
		}
	}
	start := time.Now()
	end := start.Add(time.Duration(seconds) * time.Second)
	for c := 0; c < clients; c++ {
		session := connections[c%len(connections)]
		group.Add(1)
		go func() {
			defer group.Done()
			var own []float64
			value := make([]byte, 1024)
			must(rand.Read(value))
			for time.Now().Before(end) {
				before := time.Now()
				must(session.Set(ctx, []byte(fmt.Sprintf("key-%d", sequence.Add(1))), value))
				own = append(own, float64(time.Since(before).Microseconds())/1000)
			}
			mutex.Lock()
			all = append(all, own...)
			mutex.Unlock()
		}()
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	sort.Float64s(all)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"rate": float64(len(all)) / elapsed, "p50": all[len(all)/2], "p99": all[len(all)*99/100]})
	os.Exit(0)
}
