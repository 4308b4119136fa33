import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;

/** Java's own HTTP client against a server: java Tour.java URL. It asks to upgrade to HTTP/2 in its first request. Prints one line for each answer. */
public class Tour {
  private static String base;
  private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  public static void main(String[] args) throws Exception {
    base = args[0];
    show(post("/ksql", "{\"ksql\": \"CREATE STREAM jv (id STRING KEY, v INT) WITH (kafka_topic='jv', value_format='JSON', partitions=1);\"}"));
    show(post("/ksql", "{\"ksql\": \"INSERT INTO jv VALUES ('a', 1); INSERT INTO jv VALUES ('b', 2);\"}"));
    HttpRequest push = request("/query-stream", "{\"sql\": \"SELECT * FROM jv EMIT CHANGES LIMIT 2;\", \"properties\": {\"auto.offset.reset\": \"earliest\"}}");
    HttpResponse<java.util.stream.Stream<String>> rows = CLIENT.send(push, HttpResponse.BodyHandlers.ofLines());
    System.out.println(rows.statusCode() + " " + rows.body().skip(1).collect(Collectors.joining(" ")));
    show(post("/ksql", "{\"ksql\": \"DESCRIBE nothing;\"}"));
    show(post("/ksql", "{\"ksql\": \"DROP STREAM jv;\"}"));
  }

  private static HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(URI.create(base + path)).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return CLIENT.send(request(path, body), HttpResponse.BodyHandlers.ofString());
  }

  private static void show(HttpResponse<String> answer) {
    String text = answer.body();
    System.out.println(answer.statusCode() + " " + text.substring(0, Math.min(60, text.length())));
  }
}
