(* Logit adjustment and multiplicative factors under the cross-entropy: early growth rates of a STEP problem, and times within groups.

   At zero logits the residual of the adjusted and scaled cross-entropy, pulled back to the logits, is D (Y - p 1^T) Omega, p proportional to
   n_c^tau, D = diag (Delta).  A direction v over the classes has the squared length
        |v^T D (Y - p 1^T) Omega|^2 = sum_c m_c (Delta_c v_c - sum_j Delta_j v_j p_j)^2,      m_c = n_c omega_c^2,
   and the squared singular values are these lengths in the directions of the eigenvectors.  For a STEP problem (a majority classes of
   strength m1, b minority classes of strength m2, p_c = e s or s with s = 1 / (a e + b)):

   - the sum of squares of a direction within a group is Delta^2 m, whatever tau;
   - that of the contrast without factors is m2 k / (a mu + b) (mu + a b (e - mu)^2 / (a e + b)^2), mu = m1 / m2: least at e = mu.

   Hypotheses: a, b >= 1 real numbers of classes, strengths and e positive.
   Computed by: ufm_theory::remedies::vector_scaling.
   Source: this project; logit adjustment is arXiv:2007.07314, the factors arXiv:2103.01950. *)
From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums ExactWindow CrossEntropy CrossEntropyTimes.
Open Scope R_scope.

(* The squared length of a direction v over n classes. *)
Definition pulled_square (n : nat) (m p delta v : nat -> R) : R :=
  sum n (fun c => m c * Rsqr (delta c * v c - sum n (fun j => delta j * v j * p j))).

(* Within a group: v vanishes outside of classes that have one strength, one factor and one probability, and sums to zero over them. *)
Theorem group_square n m p delta v m0 p0 delta0 :
  (forall c, (c < n)%nat -> v c <> 0 -> m c = m0 /\ p c = p0 /\ delta c = delta0) ->
  sum n v = 0 -> sum n (fun c => v c * v c) = 1 -> pulled_square n m p delta v = Rsqr delta0 * m0.
Proof.
  intros H0 Hs H1. unfold pulled_square.
  assert (Z : sum n (fun j => delta j * v j * p j) = 0).
  { rewrite (sum_ext n _ (fun j => delta0 * p0 * v j)).
    - rewrite sum_scal, Hs. ring.
    - intros j Hj. destruct (Req_dec (v j) 0) as [-> | N]; [ring|]. destruct (H0 j Hj N) as [_ [-> ->]]. ring. }
  rewrite Z, (sum_ext n _ (fun c => Rsqr delta0 * m0 * (v c * v c))).
  - rewrite sum_scal, H1. ring.
  - intros c Hc. unfold Rsqr. destruct (Req_dec (v c) 0) as [-> | N]; [ring|]. destruct (H0 c Hc N) as [-> [_ ->]]. ring.
Qed.

(* The contrast: b / s on a classes and - a / s on b classes, s^2 = a b (a + b); no factors. *)
Section Contrast.
Variables a b m1 m2 e : R.
Hypotheses (Ha : 0 < a) (Hb : 0 < b) (H1 : 0 < m1) (H2 : 0 < m2) (He : 0 < e).

Definition contrast_entry (majority : bool) : R := (if majority then b else - a) / sqrt (a * b * (a + b)).
Definition contrast_mean : R := (a * contrast_entry true * e + b * contrast_entry false) / (a * e + b).
(* a classes of strength m1 and b of m2. *)
Definition contrast_square : R :=
  a * (m1 * Rsqr (contrast_entry true - contrast_mean)) + b * (m2 * Rsqr (contrast_entry false - contrast_mean)).

Lemma contrast_root : 0 < sqrt (a * b * (a + b)) /\ Rsqr (sqrt (a * b * (a + b))) = a * b * (a + b).
Proof.
  assert (0 < a * b * (a + b)) by (repeat apply Rmult_lt_0_compat; lra).
  split; [apply sqrt_lt_R0; assumption | apply Rsqr_sqrt; lra].
Qed.

Definition contrast_closed : R :=
  m2 * (a + b) / (a * (m1 / m2) + b) * (m1 / m2 + a * b * Rsqr (e - m1 / m2) / Rsqr (a * e + b)).

Theorem contrast_square_formula : contrast_square = contrast_closed.
Proof.
  unfold contrast_closed.
  destruct contrast_root as [S0 S]. assert (0 < a * e + b) by nra. assert (0 < a * m1 + b * m2) by nra.
  unfold contrast_square, contrast_mean, contrast_entry. set (s := sqrt (a * b * (a + b))) in *.
  transitivity ((a * m1 * Rsqr (b * (a * e + b) - (a * b * e - b * a)) + b * m2 * Rsqr (- a * (a * e + b) - (a * b * e - b * a)))
                / (Rsqr s * Rsqr (a * e + b))).
  - unfold Rsqr. field. split; nra.
  - rewrite S. unfold Rsqr. field. repeat split; nra.
Qed.

(* Slowest where the probabilities are in proportion to the strengths. *)
Theorem contrast_square_least : m2 * (a + b) / (a * (m1 / m2) + b) * (m1 / m2) <= contrast_square /\
  (contrast_square = m2 * (a + b) / (a * (m1 / m2) + b) * (m1 / m2) <-> e = m1 / m2).
Proof.
  rewrite contrast_square_formula. unfold contrast_closed. assert (0 < m1 / m2) by (apply Rdiv_lt_0_compat; lra). set (mu := m1 / m2) in *.
  assert (0 < a * e + b) by nra. assert (0 < a * mu + b) by nra.
  assert (P : 0 < m2 * (a + b) / (a * mu + b)) by (apply Rdiv_lt_0_compat; nra).
  set (x := a * b * Rsqr (e - mu) / Rsqr (a * e + b)).
  assert (F : x = a * b / Rsqr (a * e + b) * Rsqr (e - mu)) by (unfold x, Rsqr; field; lra).
  assert (Q : 0 < a * b / Rsqr (a * e + b)) by (apply Rdiv_lt_0_compat; [nra | unfold Rsqr; nra]).
  assert (0 <= x) by (rewrite F; apply Rmult_le_pos; [lra | apply Rle_0_sqr]). split.
  - apply Rmult_le_compat_l; lra.
  - split.
    + intros E. apply Rmult_eq_reg_l in E; [|lra]. assert (X : x = 0) by lra. rewrite F in X.
      apply Rmult_integral in X. destruct X as [X|X]; [lra|]. apply Rsqr_0_uniq in X. lra.
    + intros E. rewrite F, E, Rminus_diag_eq by reflexivity. unfold Rsqr. ring.
Qed.
End Contrast.

(* Equal halves without weights: at tau = 1 the contrast is at 2 r / (r + 1), at tau = 0 at (r + 1) / 2. *)
Theorem adjusted_contrast_halves h r : 0 < h -> 1 <= r ->
  contrast_square h h r 1 r = 2 * r / (r + 1) /\ contrast_square h h r 1 1 = (r + 1) / 2.
Proof.
  intros Hh Hr. split; rewrite contrast_square_formula by lra; unfold contrast_closed, Rsqr; field; repeat split; nra.
Qed.

(* It lies between the groups and below 2: groups keep the ratio r of squared rates, the contrast no longer follows the majority. *)
Theorem adjusted_contrast_range r : 1 <= r -> 1 <= 2 * r / (r + 1) < 2 /\ 2 * r / (r + 1) <= (r + 1) / 2.
Proof.
  intros Hr. split; [split; [apply Rle_div_r; lra | apply Rlt_div_l; lra]|].
  apply Rle_div_l; [lra|]. nra.
Qed.

(* Later on.  A constant for each class, the same for the classes of the group, is added to the logits: those of a sample of the group are
   again x + b at its class and b at others of its group, so the equation of its modes is of the same kind ... *)
Theorem adjusted_logits q c x b z iota0 iota i : (c < q)%nat -> (forall j, (j < q)%nat -> iota j = iota0) ->
  logits q c x b z i + iota i = logits q c x (b + iota0) (fun j => z j + iota j) i.
Proof.
  intros Hc Hi. unfold logits. destruct (Nat.eqb_spec i c) as [-> | N].
  - rewrite (Hi c Hc). ring.
  - destruct (Nat.ltb_spec i q) as [L|L]; [rewrite (Hi i L)|]; ring.
Qed.

Lemma adjusted_advantage q m c d x b z iota0 iota : (c < q)%nat -> (forall j, (j < q)%nat -> iota j = iota0) ->
  softmax (q + m) (fun i => logits q c x b z i + iota i) c - softmax (q + m) (fun i => logits q c x b z i + iota i) d
  = advantage q m c d x (b + iota0) (fun j => z j + iota j).
Proof.
  intros Hc Hi. unfold advantage, softmax.
  rewrite (sum_ext (q + m) (fun j => exp (logits q c x b z j + iota j)) (fun j => exp (logits q c x (b + iota0) (fun j => z j + iota j) j))).
  - rewrite !(adjusted_logits q c x b z iota0 iota) by assumption. reflexivity.
  - intros i _. rewrite (adjusted_logits q c x b z iota0 iota) by assumption. reflexivity.
Qed.

(* ... and half of it is learned between the same times, whatever the constants. *)
Theorem adjusted_half_time q m c d rho delta iota0 iota x b z tc : (c < q)%nat -> (d < q)%nat -> c <> d ->
  (forall j, (j < q)%nat -> iota j = iota0) -> 0 < rho -> ln 2 / 2 < delta -> x 0 = exp (-2 * delta) ->
  (forall t, 0 <= t -> let adjusted i := logits q c (x t) (b t) (z t) i + iota i in
     is_derive x t (2 * rho * x t * (1 - (softmax (q + m) adjusted c - softmax (q + m) adjusted d)))) ->
  first_half x tc -> (delta - ln 2 / 2) / rho <= tc < (delta - ln (3 / 2) / 2) / rho.
Proof.
  intros Hc Hd Hcd Hi Hr Hdelta H0 D F. apply group_half_time_bounds; [exact Hr | exact Hdelta |].
  set (b' := fun t => b t + iota0). set (z' := fun t j => z t j + iota j).
  exists x, (fun t => advantage q m c d (x t) (b' t) (z' t)). split; [|split; assumption].
  apply softmax_group_mode; try assumption. intros t Ht. pose proof (D t Ht) as E. cbv zeta in E.
  rewrite (adjusted_advantage q m c d (x t) (b t) (z t) iota0 iota Hc Hi) in E. exact E.
Qed.

(* Multiplicative factors: squared rates of the groups, for Delta_c = (n_c / n_max)^kappa without weights, r^(1 + 2 kappa) apart. *)
Theorem scaled_groups_ratio r kappa : 0 < r ->
  (Rsqr 1 * r) / (Rsqr (Rpower r (- kappa)) * 1) = Rpower r (1 + 2 * kappa).
Proof.
  intros Hr.
  assert (A : Rpower r (1 + 2 * kappa) = r * Rpower r (2 * kappa)) by (rewrite Rpower_plus, Rpower_1 by exact Hr; reflexivity).
  assert (B : Rsqr (Rpower r (- kappa)) = / Rpower r (2 * kappa)).
  { unfold Rsqr. rewrite <- Rpower_plus, <- Rpower_Ropp. f_equal. ring. }
  rewrite A, B. unfold Rsqr. field. apply Rgt_not_eq, exp_pos.
Qed.

(* Both together: tau = 1 and factors n_c^(-1/2), no weights, any counts.  The rows of A = D (Y - pi 1^T), pi_c = n_c / N, have the inner products of a
   projection, I - v v^T with the unit vector v_c = sqrt pi_c: A has one singular value but for a zero. *)
Theorem scaled_gram_is_projection k N (y : nat -> nat) (n : nat -> R) c e :
  (forall j, (j < N)%nat -> (y j < k)%nat) -> (forall i, (i < k)%nat -> 0 < n i) ->
  (forall i, (i < k)%nat -> sum N (fun j => if Nat.eqb (y j) i then 1 else 0) = n i) ->
  (c < k)%nat -> (e < k)%nat ->
  let pi i := n i / INR N in
  let A i j := / sqrt (n i) * ((if Nat.eqb (y j) i then 1 else 0) - pi i) in
  sum N (fun j => A c j * A e j) = (if Nat.eqb c e then 1 else 0) - sqrt (pi c) * sqrt (pi e) /\
  sum k (fun i => sqrt (pi i) * sqrt (pi i)) = 1.
Proof.
  intros Hy Hn HC Hc He pi A.
  assert (HN : 0 < INR N).
  { apply lt_0_INR. destruct N; [|lia]. exfalso. pose proof (HC c Hc) as E. simpl in E. pose proof (Hn c Hc). lra. }
  assert (P : forall i, (i < k)%nat -> 0 < pi i) by (intros i Hi; apply Rdiv_lt_0_compat; [apply Hn, Hi | exact HN]).
  assert (T : sum k n = INR N).
  { rewrite (sum_ext k n (fun i => sum N (fun j => if Nat.eqb (y j) i then 1 else 0))) by (intros i Hi; symmetry; apply HC, Hi).
    rewrite sum_swap, (sum_ext N _ (fun _ => 1)); [rewrite sum_const; ring|]. intros j Hj.
    rewrite (sum_ext k _ (fun i => 1 * (if Nat.eqb (y j) i then 1 else 0))) by (intros; ring).
    apply (sum_delta k (y j) (fun _ => 1)), Hy, Hj. }
  split.
  - pose proof (sqrt_lt_R0 _ (Hn c Hc)) as Sc. pose proof (sqrt_lt_R0 _ (Hn e He)) as Se.
    assert (F : sum N (fun j => A c j * A e j) = / sqrt (n c) * / sqrt (n e) * ((if Nat.eqb c e then n c else 0) - n c * n e / INR N)).
    { unfold A. rewrite (sum_ext N _ (fun j => / sqrt (n c) * / sqrt (n e)
        * (((if Nat.eqb c e then 1 else 0) * (if Nat.eqb (y j) c then 1 else 0) + (- pi e) * (if Nat.eqb (y j) c then 1 else 0))
           + ((- pi c) * (if Nat.eqb (y j) e then 1 else 0) + pi c * pi e)))).
      2:{ intros j _. destruct (Nat.eqb_spec (y j) c), (Nat.eqb_spec (y j) e), (Nat.eqb_spec c e); try ring; exfalso; congruence. }
      rewrite sum_scal, !sum_add, !sum_scal, sum_const, !HC by assumption. unfold pi. destruct (Nat.eqb c e); field; lra. }
    rewrite F. unfold pi. rewrite !sqrt_div by (first [apply Rlt_le, Hn; assumption | exact HN]).
    pose proof (sqrt_lt_R0 _ HN) as SN. pose proof (sqrt_sqrt (INR N) ltac:(lra)) as EN.
    pose proof (sqrt_sqrt (n c) (Rlt_le _ _ (Hn c Hc))) as Ec. pose proof (sqrt_sqrt (n e) (Rlt_le _ _ (Hn e He))) as Ee.
    destruct (Nat.eqb_spec c e) as [<- | _].
    + set (a := sqrt (n c)) in *. set (v := sqrt (INR N)) in *. rewrite <- Ec, <- EN. field. lra.
    + set (a := sqrt (n c)) in *. set (b := sqrt (n e)) in *. set (v := sqrt (INR N)) in *. rewrite <- Ec, <- Ee, <- EN. field. lra.
  - rewrite (sum_ext k _ (fun i => / INR N * n i)).
    + rewrite sum_scal, T. field. lra.
    + intros i Hi. rewrite sqrt_sqrt by (apply Rlt_le, P, Hi). unfold pi. field. lra.
Qed.
