(* What the symmetries of the labels leave alone, the gradient flow of the weighted softmax cross-entropy leaves alone.

   W W^T, the logits W H and H^T H obey equations closed in themselves, of which solutions are unique.  A pair of
   involutions, p of the classes and s of the samples with class (s j) = p (class j), carries solutions into
   solutions; so if these three do not change under it at the start, the logits never do.  Two classes of equal size
   are exchanged by such a pair.

   Hypotheses: the flow holds entrywise for t >= 0; p, s as above, s keeps the weights.
   Computed by: ufm_simulation::CrossEntropyFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Arith.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Comparison Flow CrossEntropy.
Open Scope R_scope.

Lemma term_le_sum n f i : (forall j, (j < n)%nat -> 0 <= f j) -> (i < n)%nat -> f i <= sum n f.
Proof.
  induction n as [|n IH]; simpl; intros Hf Hi; [lia|]. pose proof (Hf n ltac:(lia)).
  assert (0 <= sum n f) by (apply sum_nonneg; intros; apply Hf; lia).
  destruct (Nat.eq_dec i n) as [-> | Ni]; [lra|]. pose proof (IH ltac:(intros; apply Hf; lia) ltac:(lia)). lra.
Qed.

Lemma sum_close n f g c : (forall i, (i < n)%nat -> Rabs (f i - g i) <= c) -> Rabs (sum n f - sum n g) <= INR n * c.
Proof.
  intros Hf. induction n as [|n IH]; [simpl; rewrite Rminus_0_r, Rabs_R0; lra|]. rewrite S_INR.
  change (Rabs ((sum n f + f n) - (sum n g + g n)) <= (INR n + 1) * c).
  replace ((sum n f + f n) - (sum n g + g n)) with ((sum n f - sum n g) + (f n - g n)) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). pose proof (Hf n ltac:(lia)).
  assert (Rabs (sum n f - sum n g) <= INR n * c) by (apply IH; intros; apply Hf; lia). lra.
Qed.

Lemma product_close a a' b b' w M e1 e2 : Rabs a <= w -> Rabs b' <= M -> Rabs (a - a') <= e1 -> Rabs (b - b') <= e2 ->
  Rabs (a * b - a' * b') <= w * e2 + e1 * M.
Proof.
  intros Ha Hb H1 H2. replace (a * b - a' * b') with (a * (b - b') + (a - a') * b') by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_mult.
  apply Rplus_le_compat; apply Rmult_le_compat; try apply Rabs_pos; assumption.
Qed.

(* A sum does not change under an involution. *)
Lemma sum_involution n s f : (forall j, (j < n)%nat -> (s j < n)%nat /\ s (s j) = j) ->
  sum n (fun j => f (s j)) = sum n f.
Proof.
  intros Hs. rewrite (sum_ext n (fun j => f (s j)) (fun j => sum n (fun i => f i * (if Nat.eqb (s j) i then 1 else 0)))).
  2:{ intros j Hj. symmetry. apply sum_delta, Hs, Hj. }
  rewrite sum_swap. apply sum_ext. intros i Hi.
  rewrite (sum_ext n _ (fun j => f i * (if Nat.eqb (s i) j then 1 else 0))).
  - apply (sum_delta n (s i) (fun _ => f i)), Hs, Hi.
  - intros j Hj. destruct (Nat.eqb_spec (s j) i) as [<- | N1].
    + rewrite (proj2 (Hs j Hj)), Nat.eqb_refl. reflexivity.
    + destruct (Nat.eqb_spec (s i) j) as [<- | _]; [|reflexivity]. exfalso. apply N1, Hs, Hi.
Qed.

Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [H | ->]; [left; apply exp_increasing, H | apply Rle_refl]. Qed.

(* The softmax moves no faster than its logits, up to a constant. *)
Lemma softmax_ratio n l l' i e : (i < n)%nat -> (forall j, (j < n)%nat -> Rabs (l j - l' j) <= e) ->
  softmax n l i <= exp (2 * e) * softmax n l' i.
Proof.
  intros Hi He. unfold softmax.
  assert (C : forall j, (j < n)%nat -> exp (l j) <= exp e * exp (l' j) /\ exp (- e) * exp (l' j) <= exp (l j)).
  { intros j Hj. pose proof (proj1 (Rabs_le_between _ _) (He j Hj)). rewrite <- !exp_plus.
    split; apply exp_le; lra. }
  assert (Z : exp (- e) * sum n (fun j => exp (l' j)) <= sum n (fun j => exp (l j))).
  { rewrite <- sum_scal. apply sum_le. intros j Hj. apply C, Hj. }
  assert (P : 0 < sum n (fun j => exp (l' j))).
  { apply Rlt_le_trans with (exp (l' i)); [apply exp_pos|].
    apply (term_le_sum n (fun j => exp (l' j)) i); [intros; left; apply exp_pos | exact Hi]. }
  set (S := sum n (fun j => exp (l j))) in *. set (S' := sum n (fun j => exp (l' j))) in *.
  pose proof (exp_pos e) as E0. pose proof (exp_pos (- e)) as E1. pose proof (exp_pos (l' i)) as E2.
  assert (E3 : exp e * exp (- e) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
  replace (2 * e) with (e + e) by ring. rewrite exp_plus.
  assert (PS : 0 < S) by (apply Rlt_le_trans with (2 := Z); apply Rmult_lt_0_compat; assumption).
  apply Rle_div_l; [exact PS|].
  apply Rle_trans with (exp e * exp (l' i)); [apply C, Hi|].
  replace (exp e * exp e * (exp (l' i) / S') * S) with (exp e * exp (l' i) * (exp e * S / S')) by (field; lra).
  rewrite <- (Rmult_1_r (exp e * exp (l' i))) at 1. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
  apply Rle_div_r; [exact P|]. rewrite Rmult_1_l.
  apply (Rmult_le_compat_l (exp e)) in Z; [|lra]. rewrite <- Rmult_assoc, E3 in Z. lra.
Qed.

Lemma softmax_range n l i : (i < n)%nat -> 0 <= softmax n l i <= 1.
Proof.
  intros Hi. unfold softmax. pose proof (exp_pos (l i)).
  pose proof (term_le_sum n (fun j => exp (l j)) i ltac:(intros; left; apply exp_pos) Hi) as L. simpl in L.
  split; [apply Rdiv_le_0_compat | apply Rle_div_l]; lra.
Qed.

Lemma softmax_close n l l' i e : (i < n)%nat -> (forall j, (j < n)%nat -> Rabs (l j - l' j) <= e) ->
  Rabs (softmax n l i - softmax n l' i) <= 2 * exp 2 * e.
Proof.
  intros Hi He. pose proof (softmax_range n l i Hi) as R1. pose proof (softmax_range n l' i Hi) as R2.
  assert (E0 : 0 <= e) by (apply Rle_trans with (2 := He i Hi), Rabs_pos).
  pose proof (softmax_ratio n l l' i e Hi He) as Q1.
  assert (Q2 : softmax n l' i <= exp (2 * e) * softmax n l i).
  { apply softmax_ratio; [exact Hi|]. intros j Hj. rewrite Rabs_minus_sym. apply He, Hj. }
  set (a := softmax n l i) in *. set (c := softmax n l' i) in *. clearbody a c.
  pose proof (exp_ineq1_le 2) as T. destruct (Rle_or_lt 1 e) as [L | L]; [apply Rabs_le; split; nra|].
  assert (X : exp (2 * e) - 1 <= 2 * exp 2 * e).
  { pose proof (exp_ineq1_le (- (2 * e))) as U. pose proof (exp_pos (2 * e)) as P.
    assert (V : exp (2 * e) * exp (- (2 * e)) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    assert (exp (2 * e) <= exp 2) by (apply exp_le; lra). nra. }
  pose proof (exp_ineq1_le (2 * e)). set (y := exp (2 * e)) in *. clearbody y. apply Rabs_le. split; nra.
Qed.

Section System.
Variables (k N : nat) (cl : nat -> nat) (weight : nat -> R).

(* The driving matrix of logits l. *)
Definition drive (l : nat -> nat -> R) (i j : nat) : R := weight j * residual k (cl j) (fun i => l i j) i.

(* The rates of W W^T, W H and H^T H. *)
Definition rate_A (l : nat -> nat -> R) (i i' : nat) : R := sum N (fun j => drive l i j * l i' j + drive l i' j * l i j).
Definition rate_L (A l B : nat -> nat -> R) (i j : nat) : R :=
  sum N (fun j' => drive l i j' * B j' j) + sum k (fun i' => A i i' * drive l i' j).
Definition rate_B (l : nat -> nat -> R) (j j' : nat) : R := sum k (fun i => drive l i j * l i j' + drive l i j' * l i j).

Definition closed (A L B : R -> nat -> nat -> R) : Prop := forall t, 0 <= t ->
  (forall i i', (i < k)%nat -> (i' < k)%nat -> is_derive (fun u => A u i i') t (rate_A (L t) i i')) /\
  (forall i j, (i < k)%nat -> (j < N)%nat -> is_derive (fun u => L u i j) t (rate_L (A t) (L t) (B t) i j)) /\
  (forall j j', (j < N)%nat -> (j' < N)%nat -> is_derive (fun u => B u j j') t (rate_B (L t) j j')).

(* The sum of the squares of all entries. *)
Definition squares (a b : nat) (f : nat -> nat -> R) : R := sum a (fun i => sum b (fun j => Rsqr (f i j))).
Definition size (A L B : nat -> nat -> R) : R := squares k k A + squares k N L + squares N N B.

Lemma squares_nonneg a b f : 0 <= squares a b f.
Proof. apply sum_nonneg. intros i _. apply sum_nonneg. intros j _. apply Rle_0_sqr. Qed.

Lemma entry_le_squares a b f i j : (i < a)%nat -> (j < b)%nat -> Rsqr (f i j) <= squares a b f.
Proof.
  intros Hi Hj. apply Rle_trans with (sum b (fun j => Rsqr (f i j))).
  - apply (term_le_sum b (fun j => Rsqr (f i j)) j); [intros; apply Rle_0_sqr | exact Hj].
  - apply (term_le_sum a (fun i => sum b (fun j => Rsqr (f i j))) i); [|exact Hi].
    intros c _. apply sum_nonneg. intros; apply Rle_0_sqr.
Qed.

Lemma squares_derive a b (f : R -> nat -> nat -> R) (df : nat -> nat -> R) (t : R) :
  (forall i j, (i < a)%nat -> (j < b)%nat -> is_derive (fun u => f u i j) t (df i j)) ->
  is_derive (fun u => squares a b (f u)) t (sum a (fun i => sum b (fun j => 2 * f t i j * df i j))).
Proof.
  intros D. apply (is_derive_sum a (fun i u => sum b (fun j => Rsqr (f u i j)))). intros i Hi.
  apply (is_derive_sum b (fun j u => Rsqr (f u i j))). intros j Hj. pose proof (D i j Hi Hj) as Dij.
  set (h := fun u => f u i j) in Dij. change (is_derive (fun u => Rsqr (h u)) t (2 * h t * df i j)). unfold Rsqr.
  auto_derive; [split; [|split; [|exact I]]; eexists; exact Dij|].
  rewrite (is_derive_unique _ _ _ Dij : Derive (fun u => h u) t = _). ring.
Qed.

(* Each entry is within the root of the size. *)
Lemma entries A L B e : 0 <= e -> size A L B <= e * e ->
  (forall i j, (i < k)%nat -> (j < k)%nat -> Rabs (A i j) <= e) /\
  (forall i j, (i < k)%nat -> (j < N)%nat -> Rabs (L i j) <= e) /\
  (forall i j, (i < N)%nat -> (j < N)%nat -> Rabs (B i j) <= e).
Proof.
  intros He S. unfold size in S. pose proof (squares_nonneg k k A). pose proof (squares_nonneg k N L).
  pose proof (squares_nonneg N N B). rewrite <- (Rabs_right e) by lra.
  repeat split; intros i j Hi Hj; apply Rsqr_le_abs_0; unfold Rsqr at 2.
  - pose proof (entry_le_squares k k A i j Hi Hj). lra.
  - pose proof (entry_le_squares k N L i j Hi Hj). lra.
  - pose proof (entry_le_squares N N B i j Hi Hj). lra.
Qed.

Let w := sum N (fun j => Rabs (weight j)).
Let K := w * (2 * exp 2).

Lemma w_nonneg : 0 <= w.
Proof. apply sum_nonneg. intros; apply Rabs_pos. Qed.

Lemma weight_le j : (j < N)%nat -> Rabs (weight j) <= w.
Proof. intros Hj. apply (term_le_sum N (fun j => Rabs (weight j)) j); [intros; apply Rabs_pos | exact Hj]. Qed.

Lemma drive_bound l i j : (i < k)%nat -> (j < N)%nat -> Rabs (drive l i j) <= w.
Proof.
  intros Hi Hj. unfold drive. rewrite Rabs_mult, <- (Rmult_1_r w).
  apply Rmult_le_compat; try apply Rabs_pos; [apply weight_le, Hj|]. unfold residual.
  pose proof (softmax_range k (fun i => l i j) i Hi). apply Rabs_le. destruct (Nat.eqb i (cl j)); lra.
Qed.

Lemma drive_close l l' i j e : (forall i j, (i < k)%nat -> (j < N)%nat -> Rabs (l i j - l' i j) <= e) ->
  (i < k)%nat -> (j < N)%nat -> Rabs (drive l i j - drive l' i j) <= K * e.
Proof.
  intros He Hi Hj. unfold drive, residual.
  replace (weight j * _ - weight j * _)
    with (weight j * (softmax k (fun i => l' i j) i - softmax k (fun i => l i j) i)) by ring.
  rewrite Rabs_mult, Rabs_minus_sym. unfold K. rewrite Rmult_assoc.
  apply Rmult_le_compat; try apply Rabs_pos; [apply weight_le, Hj|].
  apply softmax_close; [exact Hi|]. intros c Hc. apply He; assumption.
Qed.

Lemma K_nonneg : 0 <= K.
Proof. pose proof w_nonneg. pose proof (exp_pos 2). unfold K. apply Rmult_le_pos; lra. Qed.

(* With entries of size at most M the rates are apart by no more than a constant times what the entries are. *)
Lemma rates_close A L B A' L' B' M e : 0 <= M -> 0 <= e ->
  (forall i j, (i < k)%nat -> (j < k)%nat -> Rabs (A i j) <= M /\ Rabs (A i j - A' i j) <= e) ->
  (forall i j, (i < k)%nat -> (j < N)%nat -> Rabs (L' i j) <= M /\ Rabs (L i j - L' i j) <= e) ->
  (forall i j, (i < N)%nat -> (j < N)%nat -> Rabs (B' i j) <= M /\ Rabs (B i j - B' i j) <= e) ->
  let c := 2 * (INR N + INR k) * ((w + K * M) * e) in
  (forall i j, (i < k)%nat -> (j < k)%nat -> Rabs (rate_A L i j - rate_A L' i j) <= c) /\
  (forall i j, (i < k)%nat -> (j < N)%nat -> Rabs (rate_L A L B i j - rate_L A' L' B' i j) <= c) /\
  (forall i j, (i < N)%nat -> (j < N)%nat -> Rabs (rate_B L i j - rate_B L' i j) <= c).
Proof.
  intros HM He HA HL HB c.
  assert (G : forall i j, (i < k)%nat -> (j < N)%nat -> Rabs (drive L i j - drive L' i j) <= K * e).
  { intros i j Hi Hj. apply drive_close; [|exact Hi | exact Hj]. intros; apply HL; assumption. }
  assert (T : forall i i' j j', (i < k)%nat -> (i' < k)%nat -> (j < N)%nat -> (j' < N)%nat ->
    Rabs (drive L i j * L i' j' - drive L' i j * L' i' j') <= (w + K * M) * e).
  { intros i i' j j' Hi Hi' Hj Hj'. replace ((w + K * M) * e) with (w * e + K * e * M) by ring.
    apply product_close; [apply drive_bound | apply HL | apply G | apply HL]; assumption. }
  pose proof (pos_INR N) as PN. pose proof (pos_INR k) as Pk. pose proof w_nonneg. pose proof K_nonneg.
  assert (P : 0 <= (w + K * M) * e).
  { apply Rmult_le_pos; [|exact He]. apply Rplus_le_le_0_compat; [|apply Rmult_le_pos]; assumption. }
  assert (T2 : forall i i' j j', (i < k)%nat -> (i' < k)%nat -> (j < N)%nat -> (j' < N)%nat ->
    Rabs (drive L i j * L i' j' + drive L i' j' * L i j - (drive L' i j * L' i' j' + drive L' i' j' * L' i j))
    <= 2 * ((w + K * M) * e)).
  { intros i i' j j' Hi Hi' Hj Hj'.
    replace (_ - _) with ((drive L i j * L i' j' - drive L' i j * L' i' j')
      + (drive L i' j' * L i j - drive L' i' j' * L' i j)) by ring.
    apply Rle_trans with (1 := Rabs_triang _ _).
    pose proof (T i i' j j' Hi Hi' Hj Hj'). pose proof (T i' i j' j Hi' Hi Hj' Hj). lra. }
  set (u := (w + K * M) * e) in *. unfold c.
  assert (0 <= INR N * u) by (apply Rmult_le_pos; assumption). assert (0 <= INR k * u) by (apply Rmult_le_pos; assumption).
  split; [|split]; intros i j Hi Hj.
  - apply Rle_trans with (INR N * (2 * u)); [|lra]. apply sum_close. intros l Hl. apply T2; assumption.
  - unfold rate_L. replace (_ - _) with
      ((sum N (fun j' => drive L i j' * B j' j) - sum N (fun j' => drive L' i j' * B' j' j))
       + (sum k (fun i' => A i i' * drive L i' j) - sum k (fun i' => A' i i' * drive L' i' j))) by ring.
    apply Rle_trans with (1 := Rabs_triang _ _). apply Rle_trans with (INR N * u + INR k * u); [|lra].
    apply Rplus_le_compat; apply sum_close; intros l Hl; unfold u.
    + replace ((w + K * M) * e) with (w * e + K * e * M) by ring.
      apply product_close; [apply drive_bound | apply HB | apply G | apply HB]; assumption.
    + replace ((w + K * M) * e) with (M * (K * e) + e * w) by ring.
      apply product_close; [apply HA | apply drive_bound | apply HA | apply G]; assumption.
  - apply Rle_trans with (INR k * (2 * u)); [|lra]. apply sum_close. intros l Hl. apply T2; assumption.
Qed.

Lemma size_derive (A L B : R -> nat -> nat -> R) (dA dL dB : nat -> nat -> R) (t : R) :
  (forall i j, (i < k)%nat -> (j < k)%nat -> is_derive (fun u => A u i j) t (dA i j)) ->
  (forall i j, (i < k)%nat -> (j < N)%nat -> is_derive (fun u => L u i j) t (dL i j)) ->
  (forall i j, (i < N)%nat -> (j < N)%nat -> is_derive (fun u => B u i j) t (dB i j)) ->
  is_derive (fun u => size (A u) (L u) (B u)) t
    (sum k (fun i => sum k (fun j => 2 * A t i j * dA i j)) + sum k (fun i => sum N (fun j => 2 * L t i j * dL i j))
     + sum N (fun i => sum N (fun j => 2 * B t i j * dB i j))).
Proof.
  intros DA DL DB.
  apply (is_derive_plus (fun u => squares k k (A u) + squares k N (L u)) (fun u => squares N N (B u)));
    [apply (is_derive_plus (fun u => squares k k (A u)) (fun u => squares k N (L u)))|];
    apply squares_derive; assumption.
Qed.

(* Solutions are bounded on any stretch of time. *)
Lemma closed_bounded A L B T : 0 <= T -> closed A L B ->
  exists M, 0 <= M /\ forall t, 0 <= t <= T -> size (A t) (L t) (B t) <= M * M.
Proof.
  intros HT S. destruct (bounded_above (fun u => size (A u) (L u) (B u)) T HT) as [P [HP Hb]].
  { intros t Ht. destruct (S t ltac:(lra)) as [DA [DL DB]]. apply derive_continuity. eexists.
    apply (size_derive A L B _ _ _ t DA DL DB). }
  exists (1 + P). split; [lra|]. intros t Ht. pose proof (Hb t Ht) as X. simpl in X. nra.
Qed.

Lemma sum_const_le n f c : (forall i, (i < n)%nat -> f i <= c) -> sum n f <= INR n * c.
Proof. intros Hf. rewrite <- sum_const. apply sum_le, Hf. Qed.

(* Solutions from the same start are the same. *)
Theorem closed_unique A L B A' L' B' : closed A L B -> closed A' L' B' ->
  size (fun i j => A 0 i j - A' 0 i j) (fun i j => L 0 i j - L' 0 i j) (fun i j => B 0 i j - B' 0 i j) <= 0 ->
  forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> L t i j = L' t i j.
Proof.
  intros S S' H0 t i j Ht Hi Hj.
  destruct (closed_bounded A L B t Ht S) as [M1 [HM1 HB1]]. destruct (closed_bounded A' L' B' t Ht S') as [M2 [HM2 HB2]].
  set (M := Rmax M1 M2). pose proof (Rmax_l M1 M2 : M1 <= M) as L1. pose proof (Rmax_r M1 M2 : M2 <= M) as L2.
  set (E := fun u => size (fun i j => A u i j - A' u i j) (fun i j => L u i j - L' u i j) (fun i j => B u i j - B' u i j)).
  set (C := 2 * (2 * (INR N + INR k) * (w + K * M))). set (n := INR k * INR k + INR k * INR N + INR N * INR N).
  assert (D : forall u, 0 <= u <= t -> exists dE, is_derive E u dE /\ dE <= n * C * E u).
  { intros u Hu. destruct (S u ltac:(lra)) as [DA [DL DB]]. destruct (S' u ltac:(lra)) as [DA' [DL' DB']].
    eexists. split.
    - apply (size_derive (fun u i j => A u i j - A' u i j) (fun u i j => L u i j - L' u i j) (fun u i j => B u i j - B' u i j)
        (fun i j => rate_A (L u) i j - rate_A (L' u) i j)
        (fun i j => rate_L (A u) (L u) (B u) i j - rate_L (A' u) (L' u) (B' u) i j)
        (fun i j => rate_B (L u) i j - rate_B (L' u) i j)).
      + intros a b Ha Hb. apply (is_derive_minus (fun u => A u a b) (fun u => A' u a b)); auto.
      + intros a b Ha Hb. apply (is_derive_minus (fun u => L u a b) (fun u => L' u a b)); auto.
      + intros a b Ha Hb. apply (is_derive_minus (fun u => B u a b) (fun u => B' u a b)); auto.
    - assert (E0 : 0 <= E u).
      { unfold E, size. repeat apply Rplus_le_le_0_compat; apply squares_nonneg. }
      set (e := sqrt (E u)). assert (He : 0 <= e) by apply sqrt_pos. assert (Ee : e * e = E u) by (apply sqrt_sqrt, E0).
      destruct (entries _ _ _ e He ltac:(right; symmetry; exact Ee)) as [XA [XL XB]].
      destruct (entries (A u) (L u) (B u) M ltac:(lra)) as [YA [YL YB]].
      { apply Rle_trans with (1 := HB1 u Hu). apply Rmult_le_compat; lra. }
      destruct (entries (A' u) (L' u) (B' u) M ltac:(lra)) as [YA' [YL' YB']].
      { apply Rle_trans with (1 := HB2 u Hu). apply Rmult_le_compat; lra. }
      destruct (rates_close (A u) (L u) (B u) (A' u) (L' u) (B' u) M e ltac:(lra) He) as [RA [RL RB]]; [auto | auto | auto|].
      set (c := 2 * (INR N + INR k) * ((w + K * M) * e)) in *.
      assert (Q : forall x y, Rabs x <= e -> Rabs y <= c -> 2 * x * y <= C * E u).
      { intros x y Hx Hy. rewrite <- Ee. replace (C * (e * e)) with (2 * (e * c)) by (unfold C, c; ring).
        rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra|]. apply Rle_trans with (1 := Rle_abs _). rewrite Rabs_mult.
        apply Rmult_le_compat; try apply Rabs_pos; assumption. }
      unfold n. rewrite !Rmult_plus_distr_r.
      apply Rplus_le_compat; [apply Rplus_le_compat|]; rewrite !Rmult_assoc; apply sum_const_le; intros a Ha;
        apply sum_const_le; intros b Hb; apply Q; auto. }
  assert (Z : forall u, 0 <= u <= t -> 0 <= - E u).
  { assert (F : exists dE, forall u, 0 <= u <= t -> is_derive E u (dE u) /\ dE u <= n * C * E u).
    { exists (Derive E). intros u Hu. destruct (D u Hu) as [v [Dv Lv]]. rewrite (is_derive_unique _ _ _ Dv). split; assumption. }
    destruct F as [dE F]. apply (stays_nonneg (fun u => - E u) (fun u => - dE u) (n * C) t Ht).
    - unfold E. lra.
    - intros u Hu. apply (is_derive_opp E), F, Hu.
    - intros u Hu _. destruct (F u Hu). lra. }
  pose proof (Z t ltac:(lra)) as Zt. unfold E in Zt.
  destruct (entries (fun i j => A t i j - A' t i j) (fun i j => L t i j - L' t i j) (fun i j => B t i j - B' t i j) 0 ltac:(lra)
    ltac:(lra)) as [_ [X _]].
  pose proof (X i j Hi Hj) as X1. pose proof (Rabs_pos (L t i j - L' t i j)).
  destruct (Req_dec (L t i j - L' t i j) 0) as [|Ne]; [lra|]. pose proof (Rabs_pos_lt _ Ne). lra.
Qed.
End System.

(* The flow gives such a solution. *)
Section Products.
Variables (k d N : nat) (cl : nat -> nat) (weight : nat -> R) (W H : R -> nat -> nat -> R).
Hypothesis flow : follows k d N W H (fun t => drive k cl weight (mul d (W t) (H t))).

Definition gram_W (t : R) (i i' : nat) : R := sum d (fun l => W t i l * W t i' l).
Definition gram_H (t : R) (j j' : nat) : R := sum d (fun l => H t l j * H t l j').

Lemma contract_through n (a : nat -> R) (h : nat -> nat -> R) (v : nat -> R) :
  sum d (fun l => sum n (fun j => a j * h j l) * v l) = sum n (fun j => a j * sum d (fun l => v l * h j l)).
Proof.
  rewrite (sum_ext d _ (fun l => sum n (fun j => a j * (v l * h j l)))).
  - rewrite sum_swap. apply sum_ext. intros j _. apply sum_scal.
  - intros l _. rewrite <- sum_scal_r. apply sum_ext. intros; ring.
Qed.

Theorem products_closed : closed k N cl weight gram_W (fun t => mul d (W t) (H t)) gram_H.
Proof.
  intros t Ht. destruct flow as [FW FH]. set (G := drive k cl weight (mul d (W t) (H t))) in *.
  assert (EW : forall i v, sum d (fun l => mul N G (tr (H t)) i l * v l)
    = sum N (fun j => G i j * sum d (fun l => v l * H t l j))).
  { intros i v. apply (contract_through N (G i) (fun j l => H t l j)). }
  assert (EH : forall j v, sum d (fun l => mul k (tr (W t)) G l j * v l)
    = sum k (fun i => G i j * sum d (fun l => v l * W t i l))).
  { intros j v. rewrite <- contract_through. apply sum_ext. intros l _. f_equal. apply sum_ext. intros; unfold tr; ring. }
  split; [|split].
  - intros i i' Hi Hi'. replace (rate_A k N cl weight (mul d (W t) (H t)) i i')
      with (sum d (fun l => mul N G (tr (H t)) i l * W t i' l + W t i l * mul N G (tr (H t)) i' l)).
    + apply (is_derive_sum d (fun l u => W u i l * W u i' l)). intros l Hl.
      apply (is_derive_mult (fun u => W u i l) (fun u => W u i' l)); [apply FW | apply FW | intros; apply Rmult_comm]; assumption.
    + rewrite sum_add, EW, (sum_ext d (fun l => W t i l * _) (fun l => mul N G (tr (H t)) i' l * W t i l)) by (intros; ring).
      rewrite EW, <- sum_add. reflexivity.
  - intros i j Hi Hj. replace (rate_L k N cl weight (gram_W t) (mul d (W t) (H t)) (gram_H t) i j)
      with (sum d (fun l => mul N G (tr (H t)) i l * H t l j + W t i l * mul k (tr (W t)) G l j)).
    + apply (is_derive_sum d (fun l u => W u i l * H u l j)). intros l Hl.
      apply (is_derive_mult (fun u => W u i l) (fun u => H u l j)); [apply FW | apply FH | intros; apply Rmult_comm]; assumption.
    + rewrite sum_add, EW, (sum_ext d (fun l => W t i l * _) (fun l => mul k (tr (W t)) G l j * W t i l)) by (intros; ring).
      rewrite EH. unfold rate_L. fold G. f_equal; apply sum_ext; intros c _.
      * f_equal. apply sum_ext. intros; ring.
      * unfold gram_W. ring.
  - intros j j' Hj Hj'. replace (rate_B k cl weight (mul d (W t) (H t)) j j')
      with (sum d (fun l => mul k (tr (W t)) G l j * H t l j' + H t l j * mul k (tr (W t)) G l j')).
    + apply (is_derive_sum d (fun l u => H u l j * H u l j')). intros l Hl.
      apply (is_derive_mult (fun u => H u l j) (fun u => H u l j')); [apply FH | apply FH | intros; apply Rmult_comm]; assumption.
    + rewrite sum_add, EH, (sum_ext d (fun l => H t l j * _) (fun l => mul k (tr (W t)) G l j' * H t l j)) by (intros; ring).
      rewrite EH, <- sum_add. apply sum_ext. intros i _. fold G. unfold mul.
      rewrite (sum_ext d (fun l => H t l j' * W t i l) (fun l => W t i l * H t l j')) by (intros; ring).
      rewrite (sum_ext d (fun l => H t l j * W t i l) (fun l => W t i l * H t l j)) by (intros; ring). reflexivity.
Qed.
End Products.

(* A symmetry of the labels: involutions of classes and samples that go together and keep the weights. *)
Definition label_symmetry (k N : nat) (cl : nat -> nat) (weight : nat -> R) (p s : nat -> nat) : Prop :=
  (forall i, p (p i) = i) /\ (forall i, (i < k)%nat -> (p i < k)%nat) /\
  (forall j, (j < N)%nat -> (s j < N)%nat /\ s (s j) = j /\ cl (s j) = p (cl j) /\ weight (s j) = weight j).

Section Symmetry.
Variables (k N : nat) (cl : nat -> nat) (weight : nat -> R) (p s : nat -> nat).
Hypothesis sym : label_symmetry k N cl weight p s.

Lemma sum_classes f : sum k (fun i => f (p i)) = sum k f.
Proof. apply sum_involution. intros i Hi. split; apply sym. exact Hi. Qed.

Lemma sum_samples f : sum N (fun j => f (s j)) = sum N f.
Proof. apply sum_involution. intros j Hj. split; apply sym; exact Hj. Qed.

Lemma drive_symmetry l i j : (j < N)%nat ->
  drive k cl weight (fun i j => l (p i) (s j)) i j = drive k cl weight l (p i) (s j).
Proof.
  intros Hj. destruct sym as [Pp [_ Ps]]. destruct (Ps j Hj) as [_ [_ [Ec Ew]]].
  unfold drive, residual, softmax. rewrite Ew, Ec, <- (sum_classes (fun c => exp (l c (s j)))). do 3 f_equal.
  destruct (Nat.eqb_spec i (cl j)) as [-> | N1]; [rewrite Nat.eqb_refl; reflexivity|].
  destruct (Nat.eqb_spec (p i) (p (cl j))) as [E | _]; [|reflexivity].
  exfalso. apply N1. rewrite <- (Pp i), E, Pp. reflexivity.
Qed.

(* The symmetry carries solutions into solutions. *)
Lemma closed_symmetry A L B : closed k N cl weight A L B ->
  closed k N cl weight (fun t i i' => A t (p i) (p i')) (fun t i j => L t (p i) (s j)) (fun t j j' => B t (s j) (s j')).
Proof.
  intros S t Ht. destruct (S t Ht) as [DA [DL DB]]. destruct sym as [Pp [Pk Ps]]. split; [|split].
  - intros i i' Hi Hi'. replace (rate_A _ _ _ _ _ i i') with (rate_A k N cl weight (L t) (p i) (p i')); [auto|].
    unfold rate_A. rewrite <- sum_samples. apply sum_ext. intros j Hj. rewrite !drive_symmetry by exact Hj. reflexivity.
  - intros i j Hi Hj. replace (rate_L _ _ _ _ _ _ _ i j) with (rate_L k N cl weight (A t) (L t) (B t) (p i) (s j)).
    + apply DL; [auto | apply Ps, Hj].
    + unfold rate_L. rewrite <- (sum_samples (fun j' => drive k cl weight (L t) (p i) j' * B t j' (s j))).
      rewrite <- (sum_classes (fun i' => A t (p i) i' * drive k cl weight (L t) i' (s j))).
      f_equal; apply sum_ext; intros c Hc; rewrite drive_symmetry by assumption; reflexivity.
  - intros j j' Hj Hj'. replace (rate_B _ _ _ _ j j') with (rate_B k cl weight (L t) (s j) (s j')).
    + apply DB; apply Ps; assumption.
    + unfold rate_B. rewrite <- sum_classes. apply sum_ext. intros i Hi. rewrite !drive_symmetry by assumption. reflexivity.
Qed.

(* A start that the symmetry leaves alone stays so. *)
Theorem symmetric_for_ever d W H : follows k d N W H (fun t => drive k cl weight (mul d (W t) (H t))) ->
  (forall i i', (i < k)%nat -> (i' < k)%nat -> gram_W d W 0 (p i) (p i') = gram_W d W 0 i i') ->
  (forall i j, (i < k)%nat -> (j < N)%nat -> mul d (W 0) (H 0) (p i) (s j) = mul d (W 0) (H 0) i j) ->
  (forall j j', (j < N)%nat -> (j' < N)%nat -> gram_H d H 0 (s j) (s j') = gram_H d H 0 j j') ->
  forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) (p i) (s j) = mul d (W t) (H t) i j.
Proof.
  intros flow SA SL SB t i j Ht Hi Hj. pose proof (products_closed k d N cl weight W H flow) as S.
  apply (closed_unique k N cl weight _ _ _ _ _ _ (closed_symmetry _ _ _ S) S); try assumption.
  right. unfold size, squares.
  rewrite (sum_ext k _ (fun _ => 0)), (sum_ext k (fun i => sum N _) (fun _ => 0)), (sum_ext N _ (fun _ => 0)), !sum_zero;
    [ring| | |].
  - intros a Ha. rewrite (sum_ext N _ (fun _ => 0)); [apply sum_zero|]. intros b Hb. rewrite SB by assumption. unfold Rsqr. ring.
  - intros a Ha. rewrite (sum_ext N _ (fun _ => 0)); [apply sum_zero|]. intros b Hb. rewrite SL by assumption. unfold Rsqr. ring.
  - intros a Ha. rewrite (sum_ext k _ (fun _ => 0)); [apply sum_zero|]. intros b Hb. rewrite SA by assumption. unfold Rsqr. ring.
Qed.
End Symmetry.

(* Exchanges of two, and of two sets of equal size. *)
Definition swap (c c' i : nat) : nat := if Nat.eqb i c then c' else if Nat.eqb i c' then c else i.

Lemma swap_cases c c' i : (i = c /\ swap c c' i = c') \/ (i <> c /\ i = c' /\ swap c c' i = c) \/
  (i <> c /\ i <> c' /\ swap c c' i = i).
Proof. unfold swap. destruct (Nat.eqb_spec i c); [auto|]. destruct (Nat.eqb_spec i c'); auto 6. Qed.

Lemma swap_involution c c' i : swap c c' (swap c c' i) = i.
Proof.
  destruct (swap_cases c c' i) as [[-> E]|[[N1 [-> E]]|[N1 [N2 E]]]]; rewrite E.
  - destruct (swap_cases c c' c') as [[E1 E2]|[[_ [_ E2]]|[_ [N _]]]]; [congruence | exact E2 | congruence].
  - destruct (swap_cases c c' c) as [[_ E2]|[[N _]|[N _]]]; [exact E2 | congruence | congruence].
  - exact E.
Qed.

Definition count (N : nat) (P : nat -> bool) : R := sum N (fun j => if P j then 1 else 0).

Lemma count_natural N P : exists u, count N P = INR u.
Proof.
  induction N as [|N [u IH]]; [exists 0%nat; reflexivity|]. unfold count in *. simpl. rewrite IH.
  destruct (P N); [exists (S u); rewrite S_INR; reflexivity | exists u; ring].
Qed.

Lemma count_some N P : 0 < count N P -> exists j, (j < N)%nat /\ P j = true.
Proof.
  induction N as [|N IH]; unfold count in *; simpl; [lra|]. destruct (P N) eqn:E.
  - intros _. exists N. auto.
  - rewrite Rplus_0_r. intros H. destruct (IH H) as [j [Hj Pj]]. exists j. auto.
Qed.

Lemma count_remove N P a : (a < N)%nat -> P a = true ->
  count N (fun j => P j && negb (Nat.eqb a j))%bool = count N P - 1.
Proof.
  intros Ha Pa. pose proof (sum_delta N a (fun _ => 1) Ha) as D. unfold count.
  assert (E : sum N (fun j => if P j then 1 else 0)
    = sum N (fun j => if (P j && negb (Nat.eqb a j))%bool then 1 else 0) + sum N (fun b => 1 * (if Nat.eqb a b then 1 else 0))).
  { rewrite <- sum_add. apply sum_ext. intros j _. destruct (Nat.eqb_spec a j) as [<- | _]; simpl.
    - rewrite Pa. simpl. ring.
    - rewrite Bool.andb_true_r. ring. }
  lra.
Qed.

(* Two disjoint sets of equal size are exchanged by an involution that leaves all else where it is. *)
Lemma exchange_sets N u : forall P Q, count N P = INR u -> count N Q = INR u ->
  (forall j, P j = true -> Q j = true -> False) ->
  exists s, forall j, (j < N)%nat -> (s j < N)%nat /\ s (s j) = j /\ P (s j) = Q j /\ Q (s j) = P j /\
    (P j = false -> Q j = false -> s j = j).
Proof.
  induction u as [|u IH]; intros P Q HP HQ disjoint.
  - exists (fun j => j). intros j Hj.
    assert (Z : forall S, count N S = INR 0 -> S j = false).
    { intros S HS. destruct (S j) eqn:E; [exfalso|reflexivity].
      pose proof (term_le_sum N (fun j => if S j then 1 else 0) j) as L. cbv beta in L. rewrite E in L.
      assert (1 <= count N S); [|simpl in HS; lra]. apply L; [intros i _; destruct (S i); lra | exact Hj]. }
    rewrite (Z P HP), (Z Q HQ). auto.
  - rewrite S_INR in HP, HQ. pose proof (pos_INR u).
    destruct (count_some N P ltac:(lra)) as [a [Ha Pa]]. destruct (count_some N Q ltac:(lra)) as [b [Hb Qb]].
    destruct (IH (fun j => P j && negb (Nat.eqb a j))%bool (fun j => Q j && negb (Nat.eqb b j))%bool) as [s Hs].
    + rewrite count_remove by assumption. lra.
    + rewrite count_remove by assumption. lra.
    + intros j X Y. apply andb_prop in X. apply andb_prop in Y. apply (disjoint j); tauto.
    + assert (Pb : P b = false) by (destruct (P b) eqn:E; [exfalso; apply (disjoint b); assumption | reflexivity]).
      assert (Qa : Q a = false) by (destruct (Q a) eqn:E; [exfalso; apply (disjoint a); assumption | reflexivity]).
      assert (Nab : a <> b) by (intros E; rewrite E in Pa; congruence).
      exists (fun j => if Nat.eqb j a then b else if Nat.eqb j b then a else s j). intros j Hj.
      assert (Fix : forall c, (c < N)%nat -> (P c && negb (Nat.eqb a c))%bool = false ->
        (Q c && negb (Nat.eqb b c))%bool = false -> j <> c -> s j <> c).
      { intros c Hc Pc Qc Nc E. destruct (Hs c Hc) as [_ [_ [_ [_ F]]]]. destruct (Hs j Hj) as [_ [I _]].
        apply Nc. rewrite <- I, E. apply F; assumption. }
      destruct (Nat.eqb_spec j a) as [-> | Na]; [|destruct (Nat.eqb_spec j b) as [-> | Nb]].
      * destruct (Nat.eqb_spec b a) as [E | _]; [congruence|]. rewrite Nat.eqb_refl, Pb, Qa, Qb, Pa. repeat split; congruence.
      * rewrite Nat.eqb_refl, Pa, Qa, Pb, Qb. repeat split; congruence.
      * assert (Sa : s j <> a).
        { apply Fix; [exact Ha | | rewrite Qa | exact Na]; [rewrite Nat.eqb_refl, Bool.andb_false_r|]; reflexivity. }
        assert (Sb : s j <> b).
        { apply Fix; [exact Hb | rewrite Pb | | exact Nb]; [|rewrite Nat.eqb_refl, Bool.andb_false_r]; reflexivity. }
        destruct (Hs j Hj) as [Lj [Ij [Pj [Qj Fj]]]].
        apply Nat.eqb_neq in Sa as Ea, Sb as Eb. rewrite Ea, Eb.
        rewrite Nat.eqb_sym in Ea. rewrite Nat.eqb_sym in Eb. rewrite Ea in Pj. rewrite Eb in Qj.
        apply not_eq_sym, Nat.eqb_neq in Na. apply not_eq_sym, Nat.eqb_neq in Nb. rewrite Na in Qj, Fj. rewrite Nb in Pj, Fj.
        simpl in Pj, Qj, Fj. rewrite !Bool.andb_true_r in Pj, Qj, Fj. auto.
Qed.

(* Those that move only the first q classes, and a start that none of them changes. *)
Definition group_symmetry (q m N : nat) (cl : nat -> nat) (weight : nat -> R) (p s : nat -> nat) : Prop :=
  label_symmetry (q + m) N cl weight p s /\ (forall i, (q <= i)%nat -> p i = i) /\
  (forall j, (j < N)%nat -> (q <= cl j)%nat -> s j = j).

Definition symmetric_start (q m d N : nat) (cl : nat -> nat) (weight : nat -> R) (W H : R -> nat -> nat -> R) : Prop :=
  forall p s, group_symmetry q m N cl weight p s ->
  (forall i i', (i < q + m)%nat -> (i' < q + m)%nat -> gram_W d W 0 (p i) (p i') = gram_W d W 0 i i') /\
  (forall i j, (i < q + m)%nat -> (j < N)%nat -> mul d (W 0) (H 0) (p i) (s j) = mul d (W 0) (H 0) i j) /\
  (forall j j', (j < N)%nat -> (j' < N)%nat -> gram_H d H 0 (s j) (s j') = gram_H d H 0 j j').

(* So is any start that depends on the labels alone: on whether classes are the same, and on which they are where
   they are not of the group. *)
Theorem start_by_labels q m d N cl weight W H (a b c : bool -> nat -> nat -> R) :
  let kind i := if Nat.ltb i q then 0%nat else i in
  (forall i i', (i < q + m)%nat -> (i' < q + m)%nat -> gram_W d W 0 i i' = a (Nat.eqb i i') (kind i) (kind i')) ->
  (forall i j, (i < q + m)%nat -> (j < N)%nat -> mul d (W 0) (H 0) i j = b (Nat.eqb i (cl j)) (kind i) (kind (cl j))) ->
  (forall j j', (j < N)%nat -> (j' < N)%nat -> gram_H d H 0 j j' = c (Nat.eqb (cl j) (cl j')) (kind (cl j)) (kind (cl j'))) ->
  symmetric_start q m d N cl weight W H.
Proof.
  intros kind HA HL HB p s [[Pp [Pk Ps]] [Pg _]].
  assert (Ek : forall i, kind (p i) = kind i).
  { intros i. unfold kind. destruct (Nat.ltb_spec i q) as [Hi | Hi].
    2:{ rewrite (Pg i Hi). apply Nat.ltb_ge in Hi. rewrite Hi. reflexivity. }
    destruct (Nat.ltb_spec (p i) q) as [_ | Hp]; [reflexivity|]. pose proof (Pg (p i) Hp) as E. rewrite Pp in E. lia. }
  assert (Ee : forall i i', Nat.eqb (p i) (p i') = Nat.eqb i i').
  { intros i i'. destruct (Nat.eqb_spec i i') as [-> | N1]; [apply Nat.eqb_refl|]. apply Nat.eqb_neq. intros E.
    apply N1. rewrite <- (Pp i), E, Pp. reflexivity. }
  split; [|split].
  - intros i i' Hi Hi'. rewrite !HA, !Ek, Ee by auto. reflexivity.
  - intros i j Hi Hj. destruct (Ps j Hj) as [Ls [_ [Ec _]]]. rewrite !HL, Ec, !Ek, Ee by auto. reflexivity.
  - intros j j' Hj Hj'. destruct (Ps j Hj) as [L1 [_ [E1 _]]]. destruct (Ps j' Hj') as [L2 [_ [E2 _]]].
    rewrite !HB, E1, E2, !Ek, Ee by auto. reflexivity.
Qed.
