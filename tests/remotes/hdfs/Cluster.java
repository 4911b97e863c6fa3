import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A namenode and a datanode, in the folder that is named, until standard input ends. */
public class Cluster {
  public static void main(String[] words) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, words[0]);
    MiniDFSCluster cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
    cluster.getFileSystem().setPermission(new Path("/"), new FsPermission((short) 0777));
    System.out.println("ready " + cluster.getNameNode().getHttpAddress().getPort());
    while (System.in.read() >= 0) {}
    cluster.shutdown();
  }
}
