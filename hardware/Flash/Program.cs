using Workqueues.Flash;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "nf.sln")))
{
    if (Path.GetDirectoryName(root) is not { } parent)
    {
        Console.Error.WriteLine("flash: the repository around this program is gone: run it with dotnet run --project hardware/Flash");
        return FlashTool.WrongUse;
    }

    root = parent;
}

return await new FlashTool(Console.Out, Console.Error, root, SerialPorts.List, ChildProcess.RunAsync).RunAsync(args);
