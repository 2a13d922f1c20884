// Each test has a board and a server of its own; the browser is shared.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]
