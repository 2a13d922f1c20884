using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Hardware.Page;
using VirtualBoard;

namespace Page.Tests;

/// <summary>Who is answered, and what: without a browser.</summary>
[TestClass]
public sealed class ServerTests
{
    private static readonly HttpClient s_client = new();

    [TestMethod]
    public async Task Address_WithItsWord_IsThePage()
    {
        await using ServedBoard board = await ServedBoard.Start();
        using HttpResponseMessage answer = await s_client.GetAsync(board.Address);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("text/html", answer.Content.Headers.ContentType!.MediaType);
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "The way of an interrupt");
        Assert.AreEqual("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [TestMethod]
    public async Task Page_NamesNothingThatIsFetchedFromElsewhere()
    {
        await using ServedBoard board = await ServedBoard.Start();
        foreach (string name in new[] { "", "page.css", "page.js", "world.js", "places.js" })
        {
            string text = await s_client.GetStringAsync(board.Address + name);
            Assert.IsFalse(text.Replace("http://www.w3.org/2000/svg", "").Contains("http", StringComparison.Ordinal), name);
        }
    }

    [TestMethod]
    [DataRow("/")]
    [DataRow("/0123456789abcdef01234567/")]
    [DataRow("/0123456789abcdef01234567/events")]
    [DataRow("//events")]
    public async Task Address_WithAnotherWord_IsRefused(string path)
    {
        await using ServedBoard board = await ServedBoard.Start();
        using HttpResponseMessage answer = await s_client.GetAsync($"http://127.0.0.1:{board.Server.Port}{path}");
        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("Host", "evil.example")]
    [DataRow("Host", "evil.example:{port}")]
    [DataRow("Host", "127.0.0.1:1")]
    [DataRow("Origin", "http://evil.example")]
    [DataRow("Origin", "http://evil.example:{port}")]
    [DataRow("Origin", "https://127.0.0.1:{port}")]
    [DataRow("Origin", "null")]
    public async Task Request_OfAnotherSite_IsRefusedAndChangesNothing(string header, string value)
    {
        await using ServedBoard board = await ServedBoard.Start();
        foreach (string name in new[] { "", "events", "do" })
        {
            using HttpRequestMessage request = name == "do"
                ? Ask(board, """{"what":"stop"}""") : new(HttpMethod.Get, board.Address + name);
            request.Headers.TryAddWithoutValidation(header, value.Replace("{port}", board.Server.Port.ToString()));
            using HttpResponseMessage answer = await s_client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode, name);
        }

        Assert.IsNull(board.Board.Do(new PageRequest("step")), "the board is on");
    }

    [TestMethod]
    public async Task Request_OfItsOwnPage_IsDone()
    {
        await using ServedBoard board = await ServedBoard.Start();
        foreach (string host in new[] { "127.0.0.1", "[::1]" })
        {
            using HttpRequestMessage request = Ask(board, """{"what":"pace","number":10}""");
            request.Headers.Host = $"{host}:{board.Server.Port}";
            request.Headers.Add("Origin", $"http://{host}:{board.Server.Port}");
            using HttpResponseMessage answer = await s_client.SendAsync(request);
            Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("[1]")]
    [DataRow("nonsense")]
    [DataRow("""{"what":"reboot"}""")]
    [DataRow("""{"what":"press","part":"led"}""")]
    [DataRow("""{"what":"press","part":"nothing"}""")]
    [DataRow("""{"what":"press","part":"button","number":-1}""")]
    [DataRow("""{"what":"pace","number":0}""")]
    [DataRow("""{"what":"pace","number":10001}""")]
    [DataRow("""{"what":"run","name":"../secret"}""")]
    public async Task Request_ThatIsWrong_GetsOneLineThatSaysWhy(string json)
    {
        await using ServedBoard board = await ServedBoard.Start();
        using HttpResponseMessage answer = await s_client.SendAsync(Ask(board, json));
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        string why = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(why.Length - 1, why.IndexOf('\n'), why);
        Assert.IsGreaterThan(10, why.Length);
    }

    [TestMethod]
    public async Task Listeners_AreOfThisComputerOnly()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPEndPoint[] ours = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(each => each.Port == board.Server.Port)];
        Assert.IsGreaterThan(0, ours.Length);
        Assert.IsTrue(ours.All(each => IPAddress.IsLoopback(each.Address)), string.Join(", ", ours.AsEnumerable()));
    }

    [TestMethod]
    public async Task Start_WherePortIsTaken_TakesAnotherAndSaysSo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int taken = ((IPEndPoint)other.LocalEndpoint).Port;
        await using ServedBoard board = await ServedBoard.Start();
        await using PageServer second = await PageServer.Start(board.Board, taken);
        Assert.IsFalse(second.IsPortAsked);
        Assert.AreNotEqual(taken, second.Port);
        Assert.AreEqual(HttpStatusCode.OK, (await s_client.GetAsync(second.Address)).StatusCode);
    }

    [TestMethod]
    public async Task Events_OfAPress_TellItsWholeWayToEveryPage()
    {
        await using ServedBoard board = await ServedBoard.Start();
        using EventReader first = await EventReader.Open(board.Address);
        Assert.AreEqual("VirtualBoard", (await first.Next("run")).GetProperty("board").GetString());
        await first.Until(seen => seen.Kind == "Printed" && seen.Name.Contains("loaded", StringComparison.Ordinal));
        using HttpResponseMessage answer =
            await s_client.SendAsync(Ask(board, """{"what":"press","part":"button","number":0}"""));
        Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
        List<SeenEvent> way = await first.Until(seen => seen.Name.Contains("press #1", StringComparison.Ordinal));
        string[] kinds = [.. way.Where(seen => seen.Edge == 1).Select(seen => seen.Kind)];
        CollectionAssert.AreEqual(
            (string[])["EdgeRecorded", "EdgeListed", "EdgeDispatched", "TopHalfBegins", "ItemArmed", "ItemQueued",
                "TopHalfEnds", "EdgeDone"],
            kinds);
        Assert.IsTrue(way.Zip(way.Skip(1)).All(pair => pair.First.Nanoseconds <= pair.Second.Nanoseconds), "in order of time");
        StringAssert.Contains(way.Single(seen => seen.Kind == "ItemQueued" && seen.Edge == 1).Where, "Module.cs:line ");

        using EventReader second = await EventReader.Open(board.Address);
        List<SeenEvent> again = await second.Until(seen => seen.Name.Contains("press #1", StringComparison.Ordinal));
        CollectionAssert.IsSubsetOf(way, again);
    }

    [TestMethod]
    public async Task Events_AfterALostConnection_GoOnWhereItWas()
    {
        await using ServedBoard board = await ServedBoard.Start();
        string last;
        using (EventReader first = await EventReader.Open(board.Address))
        {
            await first.Until(seen => seen.Name.Contains("loaded", StringComparison.Ordinal));
            last = first.LastId!;
        }

        Assert.IsNull(board.Board.Do(new PageRequest("press", "button")));
        using EventReader second = await EventReader.Open(board.Address, last);
        List<SeenEvent> rest = await second.Until(seen => seen.Name.Contains("press #1", StringComparison.Ordinal));
        Assert.IsFalse(rest.Any(seen => seen.Name.Contains("loaded", StringComparison.Ordinal)));
        Assert.AreEqual("EdgeRecorded", rest[0].Kind);
    }

    [TestMethod]
    public async Task Scenario_CancelSync_TakesTheItemOffItsTimerAndNoRunFollows()
    {
        await using ServedBoard board = await ServedBoard.Start();
        board.Play("CancelSync against an item that queues itself");
        using EventReader reader = await EventReader.Open(board.Address);
        List<SeenEvent> all = await reader.Until(
            seen => seen.Kind == "Printed" && seen.Name.Contains("stopped after", StringComparison.Ordinal));
        string[] kinds = [.. all.Where(seen => seen.Name == "reading").Select(seen => seen.Kind)];
        Assert.AreEqual("ItemCanceled", kinds[^1]);
        Assert.IsGreaterThan(5, kinds.Count(kind => kind == "ItemEnded"));
    }

    [TestMethod]
    public async Task Scenario_MemoryRunsOut_LosesEdgesForWantOfHeapAndSeesAPressAfterwards()
    {
        await using ServedBoard board = await ServedBoard.Start();
        board.Play("Memory runs out");
        using EventReader reader = await EventReader.Open(board.Address);
        List<SeenEvent> all = await reader.Until(seen => seen.Kind == "EdgeDone" && seen.Counts[4] == 0 && seen.Counts[2] > 0);
        Assert.IsNull(board.Board.Do(new PageRequest("press", "button")));
        List<SeenEvent> rest = await reader.Until(seen => seen.Kind == "Printed"
            && seen.Name.Contains("button: press #", StringComparison.Ordinal));
        Assert.IsNotEmpty(rest);
        Assert.IsTrue(all.Any(seen => seen.Kind == "EdgeLostInHeap"));
    }

    [TestMethod]
    public async Task Storm_OfManyEdges_IsCountedWholeAndToldThinned()
    {
        await using ServedBoard board = await ServedBoard.Start();
        board.Play("A storm");
        using EventReader reader = await EventReader.Open(board.Address);
        List<SeenEvent> all = await reader.Until(seen => seen.Kind == "EdgeDone" && seen.Edge == Scenario.StormEdges);
        Assert.AreEqual(Scenario.StormEdges, all[^1].Counts[0]);
        Assert.AreEqual(Scenario.StormEdges - 128, all[^1].Counts[1]);
        Assert.IsLessThan(1000, all.Count(seen => seen.Kind.StartsWith("EdgeRecorded", StringComparison.Ordinal)));
        Assert.AreEqual(128, all.Count(seen => seen.Kind == "EdgeDone"), "what came through the ring is told edge by edge");
    }

    private static HttpRequestMessage Ask(ServedBoard board, string json) => new(HttpMethod.Post, board.Address + "do")
    {
        Content = new StringContent(json, Encoding.UTF8, "application/json"),
    };
}
