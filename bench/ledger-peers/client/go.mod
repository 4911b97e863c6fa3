module example.test/bench/client

go 1.24
