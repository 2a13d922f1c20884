global using Microsoft.VisualStudio.TestTools.UnitTesting;
global using Workqueues;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
