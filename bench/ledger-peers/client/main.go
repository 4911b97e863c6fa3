// Clients of an append route over HTTP on a loopback socket, each with a connection of its own and waiting for one answer before
// its next request of 1 KiB.
//
//	client URL SECONDS CLIENTS
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

func main() {
	seconds, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	clients, err := strconv.Atoi(os.Args[3])
	if err != nil {
		panic(err)
	}
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = clients
	var mutex sync.Mutex
	var group sync.WaitGroup
	var all []float64
	start := time.Now()
	end := start.Add(time.Duration(seconds) * time.Second)
	for c := 0; c < clients; c++ {
		group.Add(1)
		go func() {
			defer group.Done()
			var own []float64
			body := make([]byte, 1024)
			rand.Read(body)
			for time.Now().Before(end) {
				before := time.Now()
				answer, err := http.Post(os.Args[1], "application/octet-stream", bytes.NewReader(body))
				if err != nil {
					panic(err)
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				if answer.StatusCode != 200 {
					panic(answer.Status)
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
	json.NewEncoder(os.Stdout).Encode(map[string]any{"rate": float64(len(all)) / elapsed, "p50": all[len(all)/2], "p99": all[len(all)*99/100]})
}
