// Machines do not see each other: their tests may run at the same time.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
