// Most of the time goes by in processes of their own that wait for each other: the virtual board runs at a board's pace.
[assembly: Parallelize(Workers = 5, Scope = ExecutionScope.MethodLevel)]
