// Measures Tessera's POSIX log: concurrent writers in one process, each waiting for its entry to be durably integrated and
// covered by a published checkpoint before its next one.
//
//	tessera FOLDER SECONDS WRITERS
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	seconds, writers := must(strconv.Atoi(os.Args[2])), must(strconv.Atoi(os.Args[3]))
	secret, _, err := note.GenerateKey(rand.Reader, "bench.test/tessera")
	if err != nil {
		panic(err)
	}
	signer := must(note.NewSigner(secret))
	driver := must(posix.New(ctx, posix.Config{Path: os.Args[1]}))
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithBatching(512, 5*time.Millisecond).WithCheckpointInterval(100 * time.Millisecond)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		panic(err)
	}
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 5*time.Millisecond)
	for _, published := range []bool{false, true} {
		var sequence atomic.Uint64
		var mutex sync.Mutex
		var group sync.WaitGroup
		var all []float64
		start := time.Now()
		end := start.Add(time.Duration(seconds) * time.Second)
		for w := 0; w < writers; w++ {
			group.Add(1)
			go func() {
				defer group.Done()
				var own []float64
				for time.Now().Before(end) {
					data := make([]byte, 1024)
					must(rand.Read(data))
					binary.BigEndian.PutUint64(data, sequence.Add(1))
					before := time.Now()
					future := appender.Add(ctx, tessera.NewEntry(data))
					if published {
						_, _, err := awaiter.Await(ctx, future)
						must(0, err)
					} else {
						must(future())
					}
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
		json.NewEncoder(os.Stdout).Encode(map[string]any{"published": published, "rate": float64(len(all)) / elapsed, "p50": all[len(all)/2], "p99": all[len(all)*99/100]})
	}
	_ = shutdown
}
