import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npx vite --port 5173` serves the sources and passes /api on to a running `assay studio`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': process.env.ASSAY_STUDIO ?? 'http://127.0.0.1:4700' },
  },
});
