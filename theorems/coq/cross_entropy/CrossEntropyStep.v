(* The cross-entropy flow of a STEP problem from a spectral start: when the modes within a group are learned.

   CrossEntropyFlow.v asks for a start that the symmetries of the labels do not change.  A spectral start is one: with U, V of StepModes.v and
   amplitudes w0 the same for all modes of a group, W W^T, W H and H^T H are sums over modes f_c U_ic U_i'c, and such a sum depends
   on the groups of i and i' and on whether they are the same class.  The mode a of the first group has left vector U_a, so that
   its fraction is the amplitude of the logits along U_a and V_a over sigma_a.

   The first group is called the majority in StepModes.v; nothing here says that its classes are the larger ones, so the theorems are
   about either group, that in question named first.

   Hypotheses: first group of p >= 2 classes of m_maj samples, second of q >= 1 of m_min, any map of samples to classes with these counts;
   Q has orthonormal columns; the weight of the first group positive; W and H follow the flow (there is one: CrossEntropyWellPosed.v).
   Computed by: ufm_simulation::{CrossEntropyFlow, ReducedCrossEntropyFlow} from Initialisation::spectral.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow StepModes ExactWindow ExactMatrices Uniqueness StepFlow.
From UFM Require Import CrossEntropy CrossEntropyTimes CrossEntropySymmetry CrossEntropyFlow.
Open Scope R_scope.

(* The coefficient of an expansion in orthonormal columns. *)
Lemma project n r (P : nat -> nat -> R) (f : nat -> R) a : orthonormal n r P -> (a < r)%nat ->
  sum n (fun x => P x a * sum r (fun c => f c * P x c)) = f a.
Proof.
  intros HP Ha. rewrite (sum_ext n _ (fun x => sum r (fun c => f c * (P x a * P x c)))).
  2:{ intros x _. rewrite <- sum_scal. apply sum_ext. intros; ring. }
  rewrite sum_swap, (sum_ext r _ (fun c => f c * (if Nat.eqb a c then 1 else 0))).
  - apply sum_delta, Ha.
  - intros c Hc. rewrite sum_scal, (HP a c Ha Hc). reflexivity.
Qed.

Section Kernel.
Variables (p q : nat).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).
Notation U := (step_U p q).

(* What a sum over the modes depends on. *)
Definition kernel (f0 : R) (phi : bool -> R) (same b b' : bool) : R :=
  f0 * ((if b then INR q else - INR p) * (if b' then INR q else - INR p) / (INR p * INR q * INR k))
  + (if eqb b b' then phi b * ((if same then 1 else 0) - / INR (if b then p else q)) else 0).

Lemma modes_kernel (f : nat -> R) phi i i' : (forall c, (0 < c < r)%nat -> f c = phi (majority p c)) ->
  (i < k)%nat -> (i' < k)%nat ->
  sum r (fun c => f c * (U i c * U i' c)) = kernel (f O) phi (Nat.eqb i i') (majority p i) (majority p i').
Proof.
  intros Hf Hi Hi'. rewrite (sum_modes p q) by lia.
  destruct (contrast_square p q Hp Hq) as [CC C0]. destruct (INR_pq p q Hp Hq) as [P [Q0 K]].
  rewrite (sum_ext (p - 1) _ (fun a => (if majority p i then if majority p i' then phi true else 0 else 0) * (helmert a i * helmert a i'))).
  2:{ intros a Ha. rewrite Hf by lia. unfold step_U. rewrite (majority_true p (S a)) by lia.
      destruct (majority p i), (majority p i'); ring. }
  rewrite (sum_ext (q - 1) _ (fun a => (if majority p i then 0 else if majority p i' then 0 else phi false)
                                       * (helmert a (i - p) * helmert a (i' - p)))).
  2:{ intros a Ha. rewrite Hf by lia. destruct (p + a)%nat eqn:E; [lia|]. unfold step_U. rewrite <- E, (majority_false p q Hp Hq).
      replace (p + a - p)%nat with a by lia. destruct (majority p i), (majority p i'); ring. }
  rewrite !sum_scal. unfold step_U, kernel. set (s := sqrt (INR p * INR q * INR k)) in *.
  assert (E0 : forall u u', u / s * (u' / s) = u * u' / (INR p * INR q * INR k)) by (intros; rewrite <- CC; field; lra).
  rewrite E0. destruct (majority p i) eqn:Ei, (majority p i') eqn:Ei'; cbv iota beta; simpl eqb; cbv iota.
  - apply Nat.ltb_lt in Ei, Ei'. rewrite helmert_complete by lia. replace (S (p - 1)) with p by lia. ring.
  - ring.
  - ring.
  - apply Nat.ltb_ge in Ei, Ei'. rewrite (helmert_complete (q - 1)) by lia. replace (S (q - 1)) with q by lia.
    replace (Nat.eqb (i - p) (i' - p)) with (Nat.eqb i i')
      by (destruct (Nat.eqb_spec i i'), (Nat.eqb_spec (i - p) (i' - p)); lia || reflexivity). ring.
Qed.

End Kernel.

Section Step.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (2 <= p)%nat) (Hq : (0 < q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).

Notation kernel := (kernel p q).
Let Hp0 : (0 < p)%nat. Proof. lia. Qed.

Section Spectral.
Variables (om : bool -> R) (w0 : nat -> R) (eta : bool -> R) (W H : R -> nat -> nat -> R).
Hypothesis Hom : 0 < om true.
Hypothesis amplitudes : forall c, (0 < c < r)%nat -> w0 c = eta (majority p c).
Hypothesis spectral : spectral_start p q N d y m_maj m_min Q w0 (W 0) (H 0).
Hypothesis flow : follows k d N W H (fun t => drive k y (fun j => om (sample_group p y j)) (mul d (W t) (H t))).

(* The start knows the labels only. *)
Theorem spectral_is_symmetric : symmetric_start p q d N y (fun j => om (sample_group p y j)) W H.
Proof.
  destruct spectral as [SW SH].
  set (gs := fun b : bool => sqrt (if b then m_maj else m_min)).
  assert (SG : forall c, (0 < c < r)%nat -> sigma c = gs (majority p c)).
  { intros [|c] Hc; [lia|]. unfold step_sigma, step_square, gs. destruct (majority p (S c)); reflexivity. }
  assert (kinds : forall i, majority p (if Nat.ltb i p then 0%nat else i) = majority p i).
  { intros i. unfold majority. destruct (Nat.ltb i p) eqn:E; [apply Nat.ltb_lt; lia | exact E]. }
  assert (form : forall (f : nat -> R) phi, (forall c, (0 < c < r)%nat -> f c = phi (majority p c)) ->
    forall i i', (i < k)%nat -> (i' < k)%nat -> sum r (fun c => f c * (U i c * U i' c))
      = kernel (f O) phi (Nat.eqb i i') (majority p (if Nat.ltb i p then 0%nat else i)) (majority p (if Nat.ltb i' p then 0%nat else i'))).
  { intros f phi Hf i i' Hi Hi'. rewrite !kinds. apply (modes_kernel p q Hp0 Hq); assumption. }
  apply (start_by_labels p q d N y _ W H
    (fun same b b' => kernel (w0 O * w0 O) (fun g => eta g * eta g) same (majority p b) (majority p b'))
    (fun same b b' => kernel (w0 O * w0 O / sigma O) (fun g => eta g * eta g / gs g) same (majority p b) (majority p b'))
    (fun same b b' => kernel (w0 O * w0 O / (sigma O * sigma O)) (fun g => eta g * eta g / (gs g * gs g)) same (majority p b) (majority p b'))).
  - intros i i' Hi Hi'. rewrite <- (form (fun c => w0 c * w0 c)) by (intros; rewrite ?amplitudes by assumption; auto).
    unfold gram_W. rewrite (sum_ext d _ (fun l => sum r (fun c => U i c * w0 c * Q l c) * sum r (fun c => U i' c * w0 c * Q l c))).
    2:{ intros l Hl. rewrite !SW by assumption. reflexivity. }
    rewrite (contract d r Q _ _ HQ). apply sum_ext. intros c _. ring.
  - intros i j Hi Hj. pose proof (Hy j Hj).
    rewrite <- (form (fun c => w0 c * w0 c / sigma c)) by (intros; rewrite ?amplitudes, ?SG by assumption; auto).
    unfold mul. rewrite (sum_ext d _ (fun l => sum r (fun c => U i c * w0 c * Q l c) * sum r (fun c => V j c * w0 c * Q l c))).
    2:{ intros l Hl. rewrite SW, SH by assumption. reflexivity. }
    rewrite (contract d r Q _ _ HQ). apply sum_ext. intros c _. unfold step_V, Rdiv. ring.
  - intros j j' Hj Hj'. pose proof (Hy j Hj). pose proof (Hy j' Hj').
    rewrite <- (form (fun c => w0 c * w0 c / (sigma c * sigma c))) by (intros; rewrite ?amplitudes, ?SG by assumption; auto).
    unfold gram_H. rewrite (sum_ext d _ (fun l => sum r (fun c => V j c * w0 c * Q l c) * sum r (fun c => V j' c * w0 c * Q l c))).
    2:{ intros l Hl. rewrite !SH by assumption. reflexivity. }
    rewrite (contract d r Q _ _ HQ). apply sum_ext. intros c _. unfold step_V.
    destruct (step_sigma_pos p q ltac:(lia) Hq m_maj m_min Hmaj Hmin c). field. lra.
Qed.

Variable a : nat.
Hypothesis Ha : (0 < a < p)%nat.
Let v (i : nat) : R := U i a.

Lemma mode_is_helmert : exists b, a = S b /\ (forall i, (i < p)%nat -> v i = helmert b i) /\ (forall i, (p <= i)%nat -> v i = 0) /\
  sigma a = sqrt m_maj.
Proof.
  destruct a as [|b] eqn:E; [lia|]. exists b. split; [reflexivity|]. unfold v, step_U, step_sigma, step_square.
  rewrite (majority_true p (S b)) by lia. repeat split; intros i Hi; unfold majority.
  - apply Nat.ltb_lt in Hi. rewrite Hi. reflexivity.
  - apply Nat.ltb_ge in Hi. rewrite Hi. reflexivity.
Qed.

Lemma mode_sums : sum p v = 0 /\ sum p (fun i => v i * v i) = 1.
Proof.
  destruct mode_is_helmert as [b [E [V1 _]]]. split.
  - rewrite (sum_ext p _ (helmert b) V1). apply helmert_zero_sum. lia.
  - rewrite (sum_ext p _ (fun i => helmert b i * helmert b i)) by (intros i Hi; rewrite V1 by exact Hi; reflexivity).
    rewrite helmert_orthonormal, Nat.eqb_refl by lia. reflexivity.
Qed.

Lemma over_first (f : nat -> R) : sum p (fun i => v i * f i) = sum k (fun i => U i a * f i).
Proof.
  destruct mode_is_helmert as [b [E [_ [V0 _]]]].
  rewrite (StepModes.sum_classes p q), (sum_ext q _ (fun _ => 0)), sum_zero; [unfold v; ring|].
  intros i _. fold (v (p + i)). rewrite V0 by lia. ring.
Qed.

Lemma right_of_mode j : right p y v j = sigma a * V j a.
Proof.
  destruct mode_is_helmert as [b [E [_ [V0 _]]]]. unfold right.
  destruct (step_sigma_pos p q ltac:(lia) Hq m_maj m_min Hmaj Hmin a).
  replace (sigma a * V j a) with (v (y j)) by (unfold v, step_V; field; lra).
  destruct (Nat.ltb_spec (y j) p); [reflexivity | rewrite V0 by assumption; reflexivity].
Qed.

Lemma sigma_squared : 0 < sigma a /\ sigma a * sigma a = m_maj.
Proof.
  destruct mode_is_helmert as [b [_ [_ [_ E]]]]. rewrite E. split; [apply sqrt_lt_R0, Hmaj | apply sqrt_sqrt; lra].
Qed.

(* Both factors of the mode are contractions with its vectors. *)
Lemma mode_classifier t l : classifier p v W t l = sum k (fun i => U i a * W t i l).
Proof. apply (over_first (fun i => W t i l)). Qed.

Lemma mode_feature t l : feature p N y v H t l = sigma a * sum N (fun j => V j a * H t l j).
Proof.
  unfold feature. rewrite <- sum_scal. apply sum_ext. intros j _. rewrite right_of_mode. ring.
Qed.

Lemma over_size x : sigma a * x / m_maj = x / sigma a.
Proof.
  destruct sigma_squared as [S0 SS]. apply (Rmult_eq_reg_r (sigma a * m_maj)); [|nra].
  transitivity (sigma a * sigma a * x); [field; lra | rewrite SS; field; lra].
Qed.

(* The fraction of CrossEntropyFlow.v is the amplitude of the logits over the singular value. *)
Theorem fraction_is_amplitude t : CrossEntropyFlow.fraction p d N y m_maj v W H t
  = amplitude k N U V (mul d (W t) (H t)) a a / sigma a.
Proof.
  unfold CrossEntropyFlow.fraction.
  rewrite (sum_ext d _ (fun l => sigma a * (sum k (fun i => U i a * W t i l) * sum N (fun j => V j a * H t l j)))).
  2:{ intros l _. rewrite mode_classifier, mode_feature. ring. }
  rewrite sum_scal. replace (amplitude k N U V (mul d (W t) (H t)) a a)
    with (sum d (fun l => sum k (fun i => U i a * W t i l) * sum N (fun j => V j a * H t l j))); [apply over_size|].
  rewrite (sum_ext d _ (fun l => sum k (fun i => sum N (fun j => U i a * W t i l * (V j a * H t l j))))).
  2:{ intros l _. rewrite <- sum_scal_r. apply sum_ext. intros i _. rewrite <- sum_scal. reflexivity. }
  rewrite sum_swap. unfold amplitude. apply sum_ext. intros i _. rewrite sum_swap. apply sum_ext. intros j _.
  unfold mul. rewrite <- sum_scal, <- sum_scal_r. apply sum_ext. intros l _. ring.
Qed.

(* At the start. *)
Lemma start_factors l : (l < d)%nat -> classifier p v W 0 l = w0 a * Q l a /\ feature p N y v H 0 l = sigma a * (w0 a * Q l a).
Proof.
  intros Hl. destruct spectral as [SW SH]. assert (Har : (a < r)%nat) by lia. split.
  - rewrite mode_classifier, (sum_ext k _ (fun i => U i a * sum r (fun c => (w0 c * Q l c) * U i c))).
    2:{ intros i Hi. rewrite SW by assumption. f_equal. apply sum_ext. intros; ring. }
    apply (project k r U (fun c => w0 c * Q l c) a (step_U_orthonormal p q ltac:(lia) Hq) Har).
  - rewrite mode_feature. f_equal. rewrite (sum_ext N _ (fun j => V j a * sum r (fun c => (w0 c * Q l c) * V j c))).
    2:{ intros j Hj. rewrite SH by assumption. f_equal. apply sum_ext. intros; ring. }
    apply (project N r V (fun c => w0 c * Q l c) a (step_V_orthonormal p q ltac:(lia) Hq N y m_maj m_min Hmaj Hmin Hy counts) Har).
Qed.

Lemma start_balanced l : (l < d)%nat -> feature p N y v H 0 l = sqrt m_maj * classifier p v W 0 l.
Proof.
  intros Hl. destruct (start_factors l Hl) as [-> ->]. destruct mode_is_helmert as [b [_ [_ [_ ->]]]]. reflexivity.
Qed.

Lemma start_fraction : CrossEntropyFlow.fraction p d N y m_maj v W H 0 = w0 a * w0 a / sigma a.
Proof.
  unfold CrossEntropyFlow.fraction.
  rewrite (sum_ext d _ (fun l => sigma a * (w0 a * w0 a) * (Q l a * Q l a))).
  2:{ intros l Hl. destruct (start_factors l Hl) as [-> ->]. ring. }
  rewrite sum_scal, (HQ a a) by lia. rewrite Nat.eqb_refl, Rmult_1_r. apply over_size.
Qed.

(* When it is learned. *)
Theorem cross_entropy_step_half_time delta : ln 2 / 2 < delta -> w0 a * w0 a = sigma a * exp (-2 * delta) ->
  exists tc, first_half (fun t => amplitude k N U V (mul d (W t) (H t)) a a / sigma a) tc /\
    (delta - ln 2 / 2) / (sigma a * om true) <= tc <= latest_of (INR p) delta / (sigma a * om true).
Proof.
  intros Hd E0. destruct sigma_squared as [S0 _]. destruct mode_sums as [Z O].
  assert (sizes : forall c, (c < p)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = m_maj).
  { intros c Hc. rewrite counts by lia. rewrite (majority_true p c Hc). reflexivity. }
  assert (weights : forall j, (j < N)%nat -> (y j < p)%nat -> om (sample_group p y j) = om true).
  { intros j _ Hj. unfold sample_group. rewrite (majority_true p _ Hj). reflexivity. }
  destruct (cross_entropy_half_time p q d N y _ m_maj (om true) v W H Hp Hmaj Hom sizes weights flow spectral_is_symmetric
    Z O start_balanced delta Hd) as [tc [F [_ B]]].
  - rewrite start_fraction, E0. field. lra.
  - exists tc. split; [apply (first_half_ext _ _ tc (fun t _ => fraction_is_amplitude t)), F|].
    destruct mode_is_helmert as [b [_ [_ [_ ->]]]]. exact B.
Qed.
End Spectral.
End Step.
