import java.util.*;
import org.apache.kafka.clients.admin.*;

/** Prints every transactional id that the brokers know, one a line. */
public class TransactionalIds {
  public static void main(String[] args) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      for (TransactionListing each : admin.listTransactions().all().get()) System.out.println(each.transactionalId());
    }
  }
}
