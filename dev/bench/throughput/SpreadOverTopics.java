import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.tools.ProducerPerformance;

/**
 * Kafka's own ProducerPerformance, which writes to one topic, with its records spread over many by turns:
 * bench-00000, bench-00001 and so on, as many as the producer's property spread.topics says.
 */
public class SpreadOverTopics implements ProducerInterceptor<byte[], byte[]> {
    private String[] names;
    private int next;

    public static void main(String[] arguments) throws Exception {
        // Kafka looks there for the interceptor, which is compiled in memory.
        Thread.currentThread().setContextClassLoader(SpreadOverTopics.class.getClassLoader());
        ProducerPerformance.main(arguments);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        names = new String[Integer.parseInt(String.valueOf(configs.get("spread.topics")))];
        for (int at = 0; at < names.length; at++) names[at] = String.format("bench-%05d", at);
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        next = (next + 1) % names.length;
        return new ProducerRecord<>(names[next], record.key(), record.value());
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

    @Override
    public void close() {}
}
