using Workqueues.Flash;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "nf.sln")))
{
    if (Path.GetDirectoryName(root) is not { } parent)
    {
        Console.Error.WriteLine("flash: run it in its repository, with dotnet run --project hardware/Flash");
        return FlashTool.WrongUse;
    }

    root = parent;
}

return await new FlashTool(Console.Out, Console.Error, root, SerialPorts.List, ChildProcess.RunAsync).RunAsync(args);
